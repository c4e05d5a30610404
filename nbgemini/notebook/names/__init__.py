"""The user's own variables: found by name, read once, never executed.

Begin with `names`, which reaches a value through dots and indexes. `refs` tells what a REF stands for; `templating`
replaces `{…}` in a text (`core/braces` finds it), and `plain` says what a value becomes there. Not here: what a value
is as a picture (`studio/pictures`).
"""
