"""The operations that need no AWS signature, one file for each group, and the table of them.

Every file of operations is imported here, so that the table is complete.

Never here: an operation.
"""

from . import (
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
from .registry import OPERATIONS

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
