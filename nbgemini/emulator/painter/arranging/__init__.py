"""From what was read to a scene in which everything has its place.

Begin with `composing`: it makes the scene of a new prompt. `layout` says who stands where and how large, by `planes`
(the ground, the air, the wall, the front); `guests` brings the user's own pictures in. What words mean is decided in
reading/, changes to a scene that exists in editing/; nothing here has a pixel of a figure.
"""
