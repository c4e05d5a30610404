"""Values and rules: standard library only; no files, clock, network or environment."""
