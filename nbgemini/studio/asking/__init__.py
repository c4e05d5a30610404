"""What is asked, read and checked once, before anything is sent.

Begin with `ask`, which makes one value of a prompt and its options. `words` are the options as Python takes them;
`completing` fills in what it leaves open, `origin` finds the turn that it goes on from; `checks` are the refusals: a
key in the text, a price above the limit, too many bytes. Not here: the options' own parsers
(`core/option_parsers`), and sending (`sending`).
"""
