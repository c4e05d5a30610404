"""What a sweep is asked to try, and whether it was asked before.

`axis_values` reads Python's lists, columns and tables, `wishing` makes one checked wish of all parts (`faults` are told
at once), `planning` makes an order of each shot and finds everything that is wrong; `choosing` finds the run on disk
that is the same sweep, and `forecast` says what it will take.
"""
