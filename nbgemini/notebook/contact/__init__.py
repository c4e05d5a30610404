"""The sheet of a sweep, or of any other pictures: one output in three forms.

Begin with `contact_sheet`, which makes the bundle within its limits. `tiles` is what is shown of each shot;
`sheet_table` is the HTML, `sheet_picture` one drawn picture and `sheet_words` the text, each of the same layout, which
`tuning` makes.
"""
