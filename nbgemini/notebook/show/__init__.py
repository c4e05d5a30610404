"""What an output is made of: clean texts, escaped HTML, small pictures, and the screen that takes them.

Begin with `display`, the outputs of one result; its last line is the `footer`, its pictures are `previews`, its
thoughts are `folded` away, its `sources` are Google's. All of them are `bundles` of clean `texts`, `tables` and a
`json_tree`, put on a `screen` (`terminal_pictures` where that is a terminal); `markup` is HTML as a type, which a
text becomes by being escaped. Not here: a view of anything else (`views`), and a cell that still waits (`cell`).
"""
