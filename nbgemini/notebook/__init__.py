"""The only room that knows IPython: the magics, what they show, and the one place that registers them.

`kernel` registers the `magics` and the traits. What was typed: `arguments` parses it by the table in `grammar`
(`splitting` into words, `optionline` into options), `refs` and `names` find the user's variables, `templating`
replaces `braces` by `plain` values. `cells` runs a cell and `background` one with `--bg`; `subcommands` runs
`%imagine` lines, three of them in `keeping`; `complete` and `tab` answer Tab, `helptext` and `helptopics` help.

What is shown are `bundles` of clean `texts` and `tables` on a `screen`. A result (`shown`): `display`, with
`previews`, `folded` thoughts, `sources` and the `footer`; while it is drawn `waiting` and `live`. A conversation:
`lanes`, as `strips` or a `tree`; one turn in `details`. The rest is a view each: `costs`, `doctor`, `listings`,
`modelslist`, `plans`, `verifying`.

`export` writes conversations as files, `panel` shows them with buttons.
"""
