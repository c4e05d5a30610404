"""Help: `pages` makes what `%imagine help` and `%%imagine?` show from the table of options; `topics` are its essays,
`practice` what it says of the emulator.

Begin with `pages`. Not here: a hint inside an error (it stands where the error is raised).
"""
