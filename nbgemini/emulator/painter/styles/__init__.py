"""What makes a picture a watercolor, a mosaic or a blueprint.

Begin with `style`: the table of all styles, and how large each is worked at. `brushes` holds what is made by hand,
`prints` what is made by machine or scissors. Which style a prompt asks for is read in reading/; when a style is
applied says painting/.
"""
