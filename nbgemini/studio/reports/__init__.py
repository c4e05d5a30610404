"""What can be looked at without changing anything: nothing else in the studio imports this folder.

Begin with `doctor`: what is set, who answers, what is wrong. `health` is about the store's folder, `verifying` looks
into every file of it, `spending` adds up what was paid, `served_models` tells which models can be asked. Not here: how
it is shown (`notebook/views`).
"""
