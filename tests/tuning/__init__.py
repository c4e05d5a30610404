"""Sweeps, from their values to what is on disk after any kill."""
