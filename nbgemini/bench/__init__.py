"""`python -m nbgemini bench`: what nbgemini takes on this machine, beside google-genai and a floor.

`racing` takes all contenders through all scenes, round by round, and `ratios` makes a table of what they took; one
scene runs in a process of its own (`scenes`), where `contenders` and the `floor` do the same work each in its own way;
`shown_cell` runs one in a real kernel. They ask
`loopback_server`, which answers at once: what a contender takes is then all its own. No key, no network, no money.
"""
