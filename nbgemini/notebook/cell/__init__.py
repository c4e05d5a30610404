"""One cell while it runs.

Begin with `foreground`, a cell that waits; `background` is one with `--bg`, `sweep_cell` one with `--vary`, which
`varied` reads and `sweep_source` writes as Python. `asked` makes the studio's words of its option line and body,
`running` tells which cell it is; `waiting` is the line that counts the seconds, `live_view` what a stream has brought
so far, `several` the sheet of a cell with `-n`, `batch_table` the jobs of one with `--batch`. Not here: the outputs of
a result (`show`), and what is sent (`studio`).
"""
