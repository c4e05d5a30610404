"""From a scene to the bytes of a picture; the topmost floor of the painter.

Begin with `render`: it names the layers in their order. After the backdrop come `charts` and `diagrams` (on their
`sheets`), the `actors` (things with light, shadow and reflection), the `weather` in front of them, then the palette of
one of the `manners`, the `titles`, and the `finish` with the word "emulated". How a thing looks is in things/, a place
in backdrop/, a style in styles/.
"""
