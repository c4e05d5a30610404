"""What may be typed next: `candidates` for the place where the cursor stands.

Begin with `complete`, which IPython asks, and `candidates`, which answers. `place` tells where the cursor stands and
`typed_line` what is there already; `option_values`, `search_words`, the user's variables (`namespace`) and `path_names`
are what can follow, `facts` what is known of this kernel. Nothing here reads a picture or asks a server.
"""
