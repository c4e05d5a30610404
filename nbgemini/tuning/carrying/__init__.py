"""Sweeps that are carried through, from what is on disk already to the end of the wait.

`surveying` finds what of a plan was paid for before and takes it in, `preparing` puts the plan down; `under_way` is a
sweep on its way, to be waited for, awaited or given up; `stored_sweeps` finds those of the store again.
"""
