"""Tokens: issued, found, checked and revoked.

Never here: an operation, or a step of a sign-in.
"""

from .check import SignedIn, verify_access, verify_refresh
from .issue import issue_refresh, refreshed, sign_in_result
from .revoke import revoke_family, revoke_user

__all__ = [
    "SignedIn",
    "issue_refresh",
    "refreshed",
    "revoke_family",
    "revoke_user",
    "sign_in_result",
    "verify_access",
    "verify_refresh",
]
