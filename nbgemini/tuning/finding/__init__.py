"""Finding pictures again, over all notebooks and kernels of a store.

`filters` is what somebody looks for, its `days` read as people write them; `finding` looks for it in the store's index
(`store.search_index`); `found` is what was found, as users hold it.
"""
