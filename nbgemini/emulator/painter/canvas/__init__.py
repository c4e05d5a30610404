"""The tools that everything is painted with; none of them knows what it paints.

Begin with `stage`: the picture that grows, and where the fractions of a scene fall in it, in the `light` of the hour.
Figures are drawn with the `pen` along `curves` and get their surface from `materials`. Letters are set by
`lettering`, those that run from right to left after `scripts`. `images` opens pictures that come from outside. Which
style, place or thing is painted is decided in styles/, backdrop/, things/ and painting/.
"""
