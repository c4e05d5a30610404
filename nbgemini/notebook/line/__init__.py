"""The option line: from what was typed to frozen values, by one table.

Begin with `grammar`, the table of options and subcommands. `splitting` makes words of a line, `optionline` finds which
options they give, and `arguments` reads the values. Not here: what a name or a REF stands for (`names`), and what a
model takes (`core/options`).
"""
