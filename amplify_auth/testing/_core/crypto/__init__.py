"""Cryptography that knows no user, no pool and no session: SRP, time-based codes, WebAuthn.

Import its modules, not this file. Never here: how Cognito words a refusal.
"""
