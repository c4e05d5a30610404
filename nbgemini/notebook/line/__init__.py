"""The option line and the line of `%imagine`: from what was typed to frozen values, each read once.

Begin with `optionline`: the options of a cell, by the table of them in `core/option_table`. `grammar` is the table of
subcommands and `arguments` reads them; `splitting` makes words of any line; `corrections` has what was meant by a
cell with its prompt on the option line, `subcommand_slips` by a subcommand that does not exist. Not here: what a name
or a REF stands for (`names`), and what a model takes (`core/models`).
"""
