"""The ways into the test bed, and what it offers its users: pools, calls, faults, a server, a pytest plugin."""
