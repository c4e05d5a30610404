"""One view for each thing that can be looked at; each takes values and gives bundles.

A conversation: `branches` lays it out, `strips` draws it as thumbnails, `tree` as text; `details` is one turn of it.
`listings` are the stored conversations and late answers, `found_view` pictures found again, `plans` a request that was
not sent, `wire_view` one that was with its answer, `costs` the money, `model_table` the models, `checkup` what the
doctor found, `damage` what `verify` found. Begin with the one that you look for. Not here: finding out any of it
(`studio/reports`).
"""
