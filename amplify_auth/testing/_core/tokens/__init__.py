"""Tokens: issued, looked up, revoked."""
