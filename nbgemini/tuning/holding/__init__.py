"""What users hold of a sweep.

`sweep` is the grid, `shot` one of its shots; `sweep_rows` are they as a table, `shot_files` as files, `scoring` gives
them numbers; `layout_of_shots` says where each stands on the sheet, and `writing` how a sheet becomes a file.
"""
