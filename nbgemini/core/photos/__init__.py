"""What of a photo is sent: the picture itself, and of what rides along only what tells no place.

Begin with `stripping`, which knows the containers; `jpegs`, `chunked` (PNG, WebP) and `boxes` (HEIC) take each apart,
and `blocks` puts the rest together again. What notes are made of: `geotags` (EXIF), `xmp`, `iptc` (and Photoshop's
blocks), `png_texts`; and at the bottom `place_words`, the words by which they name a place.
"""
