"""What can be looked at without a request for a picture: nothing else in the studio imports this folder.

Begin with `doctor`: what is set, who answers, what is wrong. `health` is about the store's folder, `spending` adds up
what was paid, `likely_price` looks ahead, `served_models` tells which models can be asked, `onwire` what was sent and
answered for a turn; all of them change nothing. `verifying` looks into every file of the store, and is the one that
brings back what was lost. Not here: how it is shown (`notebook/views`).
"""
