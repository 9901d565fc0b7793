"""The mock as a server on loopback."""
