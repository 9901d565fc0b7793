"""The users of a pool: names, attributes, passwords, codes, MFA settings."""
