"""Help: `pages` makes what `%imagine help` and `%%imagine?` show from the table of options; `topics` are its essays.

Begin with `pages`. Not here: a hint inside an error (it stands where the error is raised).
"""
