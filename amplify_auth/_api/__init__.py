"""The public functions: each checks its arguments, makes one call down, and returns an output."""
