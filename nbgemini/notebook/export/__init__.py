"""A conversation as a file for people: a page, Markdown or a notebook.

Begin with `run`, which chooses the format. `story` tells what is in every export and in which order; `page`, `markdown`
and `rerun` (a notebook that draws it again) write it; `cell_source` spells a turn as a cell or as Python,
`sweep_program` a sweep as Python; `file_names` names pictures beside it. `paper` is the page around a page's words;
`sheet_files` writes a sheet alone, `found_page` a page of pictures that were found over the whole store. Not here:
archives that another machine goes on with (`studio/conversations`).
"""
