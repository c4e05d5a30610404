"""The sheet of a sweep, or of any other pictures: one output in three forms.

Begin with `contact_sheet`, which makes the bundle within its limits. `on_sheets` says what stands on one: a sweep's
shots, a cell's answers, pictures from anywhere, each a tile of `tiles`; `sheet_parts` is the sheet as a value, with its
boxes and the means in its heads. `sheet_table` is the HTML, `sheet_picture` one drawn picture (`setting_type`: its
letters) and `sheet_words` the text, each of the same layout, which `tuning` makes. `comparing` tells beneath a sheet
what differs.
"""
