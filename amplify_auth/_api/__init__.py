"""The public functions. Each checks its arguments, uses the rooms below, and returns an output."""
