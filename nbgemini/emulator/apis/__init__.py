"""What is served besides answers, each under its own address.

Begin with `routes`: which method a request calls. `models_api` lists models and counts tokens, `uploading` brings
files, `files_api` has them, `batching` the batch jobs, `paging` numbers the pages of lists. `keeper` keeps files and
jobs, in memory or in a folder. `vertex_api` is where Vertex AI differs: credentials, wordings, its own list.
The answers of models come from answering/.
"""
