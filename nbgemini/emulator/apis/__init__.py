"""What is served besides answers, each under its own address.

Begin with `routes`: which method a request calls. `models_api` lists models and counts tokens, `files_api` takes
uploads, `paging` numbers the pages of both lists. `vertex_api` is where Vertex AI differs: credentials, wordings, its
own list. The answers of models come from answering/.
"""
