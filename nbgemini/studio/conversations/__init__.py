"""The conversations of this kernel and of the store, and moving in them; nothing here asks for a picture.

Begin with `session`: what this kernel has open, and which conversation is current. `history` undoes, forks, picks and
goes on with stored ones; `named_turns` finds the turn that a REF names; `reruns` knows which turn a cell
goes on from when it is run again; `orphans` lists late answers and what a dead kernel left, and makes turns of them
(recover); `archives` go to another machine. Not here: the value itself (`core/conversation`).
"""
