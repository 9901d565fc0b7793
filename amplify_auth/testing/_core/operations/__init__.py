"""The operations that need no AWS signature, and the table of them, which is whole once this is imported."""

from amplify_auth.testing._core.operations import (
    attributes,
    devices,
    initiate_auth,
    mfa,
    passkeys,
    passwords,
    respond_to_auth_challenge,
    sign_up,
    tokens,
    user,
    user_sessions,
)
from amplify_auth.testing._core.operations.registry import OPERATIONS

__all__ = [
    "OPERATIONS",
    "attributes",
    "devices",
    "initiate_auth",
    "mfa",
    "passkeys",
    "passwords",
    "respond_to_auth_challenge",
    "sign_up",
    "tokens",
    "user",
    "user_sessions",
]
