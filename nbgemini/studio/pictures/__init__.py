"""Pictures on their way in, as references, and on their way out, as results and files.

In: begin with `references`, which tells what a user's words and values stand for, addresses of all `schemes` among
them; `fetching` gets those that come from the web or the `clipboard`, `values` turns arrays, figures and images into
bytes, `encoding` makes bytes fit to be sent, and `bringing` puts them into the store. Out: begin with `drawn`, all
that is known of one picture; `decoding` gives its pixels, `saving` writes it where a user wants it, and `new_files`
never in the place of another file. Both ways: `tones`, without which pixels are never converted. Not here: what a
notebook shows of a picture (`notebook/show`).
"""
