"""Disk: everything that was paid for, kept so that a crash loses none of it."""
