"""Clients that others wrote sign in to the test bed."""
