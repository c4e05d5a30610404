"""What a sweep tries, as values: axes, their combinations, and the number of each shot.

Begin with `combinations`: a grid of dimensions, what is left out of it, and how its shots are numbered. `axes` are the
values of one axis, `axis_text` reads them from an option line, `pattern` is a text with places for them. `selecting`
finds shots by their values, `spelling` knows two spellings of one value. Not here: what a shot asks (`tuning`), and
what is on disk (`store/sweeps`).
"""
