"""The only room that knows IPython: what was typed is read here, and what came is shown.

Begin with `magics`, which IPython knows, and `dispatch`: from a cell's text to the studio and back. `extension`
registers them, the `traits` of `%config NbGemini`, `cancelled`, which shows a cell that an interrupt ended, and
`rendering`, how values look; `warming` imports for the first cell. `subcommands` are the `%imagine` lines,
`sweep_verbs` and `batch_verbs` those of them for sweeps and batch jobs, `find_verbs` those that search the store.
Beneath, each folder with a map of its own: `panel` (the buttons), `tab` (what may be typed next), `export` (a
conversation as a file), `cell` (a cell while it runs), `views` (one for each thing that can be looked at), `contact`
(sheets of many pictures), `help`; and at the bottom `show` (what an output is made of), `names` (the user's variables)
and `line` (the option line and its table); `png_rows` makes previews of large PNGs. Not its concern: what an ask means,
costs or brings (`studio`).
"""
