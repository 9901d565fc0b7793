"""Cryptography that knows no user and no pool: SRP, TOTP, WebAuthn."""
