"""The only room that knows IPython: the magics, what they show, and the one place that registers them."""
