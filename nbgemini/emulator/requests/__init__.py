"""Requests: from bytes to an Ask, or to the refusal that Google would answer."""
