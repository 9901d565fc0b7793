"""A user pool as a test handles it."""
