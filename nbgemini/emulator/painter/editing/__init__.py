"""From a scene and a wish to the next scene: what is not mentioned stays as it is.

Begin with `edits`, which tries each kind of edit in turn. `aim` finds the things that are spoken of, `marks` the
places that were marked in the picture. `changes` adds, removes and replaces things; `alterations` recolours, resizes,
moves and flips them; `retouch` changes set text, charts and the whole picture. Words are read in reading/, new things
find their place in arranging/; nothing is painted here.
"""
