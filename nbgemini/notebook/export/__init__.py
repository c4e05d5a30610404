"""Conversations as files for people: a web page, Markdown with its pictures, a notebook that draws them again."""
