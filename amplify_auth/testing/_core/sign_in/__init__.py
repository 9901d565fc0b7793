"""A sign-in: its flows, its challenges and their order."""
