"""Data: the words the painter knows."""
