"""Map to come."""
