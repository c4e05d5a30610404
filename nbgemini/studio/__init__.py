"""The use cases of one kernel: everything that is done with pictures, whatever the front end.

Begin with `studio`: its verbs are what a cell, a script or the panel ask for. `process` has the studio of this
process; `handles` are what users hold of it (a conversation, a result), `drawing` is an order on its way, `looks` ask
for no picture, `streams` hand over the `flow` of its parts; `paths` says where the store lies, `front_end` holds what a
notebook tells of itself. Beneath, from top to bottom, each folder with a map of its own: `reports` looks and changes
nothing; `sending` carries an order out, from the money set aside to the commit; `asking` reads what is asked and
refuses what cannot be; `conversations` are those of this kernel, and moving in them; `pictures` go in as references and
out as files; `surroundings` are the settings, the store and the client of this moment; `unique` values are those of
this process alone, `silence` keeps Pillow's warnings out of the notebook.

Not its concern: how anything is shown or typed (`notebook`), and what many asks have in common (a room above).
"""
