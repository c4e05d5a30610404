"""What a sweep is asked to try, and whether it was asked before.

`axis_values` reads Python's lists and columns, `shot_rows` tables and files of rows; `wishing` makes one checked wish
of all parts (`pairs_and_skips` among them, with `meanings`; `faults` are told at once), `planning` makes an order of
each shot and finds everything that is wrong; `choosing` finds the run on disk that is the same sweep, `forecast` says
what it will take.
"""
