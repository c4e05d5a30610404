"""The use cases, and what users of the library hold."""
