"""What expires and is fetched again: tokens, AWS credentials, signing keys.

One thread refreshes. The others use the old value, or wait if it has expired.
"""

from .credentials import IdentityPool
from .device_confirmation import ConfirmingRefresher, confirm_device, may_pass
from .own_copy import copy_of
from .signed_in_user import SignedInUser
from .signing_keys import SigningKeys, header_of, pool_url, signed_claims
from .single_flight import Expiring, NotShared, Refreshable
from .tokens import (
    TokenRefresher,
    present,
    require_user,
    session_ended,
    session_over,
    signed_out_elsewhere,
    token_expiry,
)

__all__ = [
    "ConfirmingRefresher",
    "Expiring",
    "IdentityPool",
    "NotShared",
    "Refreshable",
    "SignedInUser",
    "SigningKeys",
    "TokenRefresher",
    "confirm_device",
    "copy_of",
    "header_of",
    "may_pass",
    "pool_url",
    "present",
    "require_user",
    "session_ended",
    "session_over",
    "signed_claims",
    "signed_out_elsewhere",
    "token_expiry",
]
