"""Protocol buffers in JSON: known names, right types, and Google's words for everything else.

Begin with `schema`, the table of the fields of the Gemini API; `vertex_schema` is that of Vertex AI. `fieldtypes`
says what a field can be, `scalars` reads single values, `protojson` whole messages by such a table, and `jsontext`
the JSON before it. What a field means, and which values a model takes, is not decided here.
"""
