"""What expires and is fetched again: tokens, AWS credentials, signing keys.

One thread refreshes. The others use the old value, or wait if it has expired.
"""

from .credentials import IdentityPool
from .device_confirmation import ConfirmingRefresher, confirm_device, may_pass
from .own_copy import copy_of
from .pool_tokens import Objection, issuers_of, numeric_date, objection_to, signed_by_pool
from .signed_in_user import SignedInUser, signed_out_since
from .signing_keys import SigningKeys, can_check_signatures
from .single_flight import Expiring, NotShared, Refreshable
from .tokens import (
    RefreshGrant,
    TokenRefresher,
    present,
    require_user,
    session_over,
    signed_out_elsewhere,
    token_expiry,
)

__all__ = [
    "ConfirmingRefresher",
    "Expiring",
    "IdentityPool",
    "NotShared",
    "Objection",
    "RefreshGrant",
    "Refreshable",
    "SignedInUser",
    "SigningKeys",
    "TokenRefresher",
    "can_check_signatures",
    "confirm_device",
    "copy_of",
    "issuers_of",
    "may_pass",
    "numeric_date",
    "objection_to",
    "present",
    "require_user",
    "session_over",
    "signed_by_pool",
    "signed_out_elsewhere",
    "signed_out_since",
    "token_expiry",
]
