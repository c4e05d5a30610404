"""Help: `pages` makes what `%imagine help` and `%%imagine?` show from the table of options; `guide` tells of cells and
Python, `topics` of Google's rules, `practice` of the emulator.

Begin with `pages`. Not here: a hint inside an error (it stands where the error is raised).
"""
