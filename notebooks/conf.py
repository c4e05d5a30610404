"""How the site is built: `python -m sphinx -W --keep-going notebooks SITE`, offline, from what lies here.

Sphinx, because the reference is made of docstrings and a link that leads nowhere has to fail the build; MyST-NB,
because the course is notebooks and is shown as it lies here, with the outputs that were kept (nothing is executed).
The theme is PyData's: it is kept by a team, released several times a year, used by NumPy, pandas and Jupyter, has light
and dark, is tested with axe by its authors, and brings its fonts and scripts, so that no page asks anything of another
server. Furo is lighter, but had one release in the last year.

Tables of options, settings, subcommands, topics and models are not written here: `_site/one_source.py` makes them of
the tables in the code. `_site/public_names.py` gives names and docstrings the form that readers of the package know,
`_site/cells.py` colours cells, and `_site/heads.py` leaves out headings of tables that say nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_site"), str(HERE.parent)]

from nbgemini import __version__  # noqa: E402  # the two folders have to be found first

project = "nbgemini"
author = "the nbgemini developers"
release = version = __version__
language = "en"

extensions = ["sphinx.ext.autodoc", "myst_nb", "alts", "cells", "heads", "one_source", "public_names"]
exclude_patterns = ["_site", "_static", "**.ipynb_checkpoints", "**/.nbgemini", "**/nbgemini-demo"]
root_doc = "index"

# -- notebooks and pages: as they lie here ---------------------------------------------------------------------------
nb_execution_mode = "off"
# Of a sheet, the drawn picture: its table has no pictures outside a notebook.
nb_mime_priority_overrides = [("html", "image/jpeg", 0), ("html", "image/png", 0), ("html", "text/html", 5)]
nb_merge_streams = True
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

# -- the reference ---------------------------------------------------------------------------------------------------
nitpicky = True
smartquotes = False  # texts quote what is typed
# Types of the standard library, of Pillow and of the inside are named where they help, and have no page here.
nitpick_ignore_regex = [("py:(class|obj|data|exc|meth|attr|mod|func)", r".*")]
default_role = "named"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_function_parentheses = False
toc_object_entries_show_parents = "hide"

# -- how it looks ----------------------------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = "nbgemini"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sourcelink = False
html_copy_source = False
html_sidebars: dict[str, list[str]] = {"index": []}
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "show_prev_next": True,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_show_sphinx = False
copyright = "the nbgemini developers, Apache-2.0"
