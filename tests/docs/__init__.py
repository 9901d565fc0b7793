"""The README, the examples and the public names: what they promise is true."""
