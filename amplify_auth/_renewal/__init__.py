"""What expires and is fetched again: tokens, AWS credentials, signing keys. One thread fetches, the others wait."""

from .credentials import IdentityPool
from .signing_keys import SigningKeys, header_of, pool_url, signed_claims
from .single_flight import Aged, Refreshable, Shared
from .tokens import TokenRefresher, life_of, present, require_user, session_ended, session_over

__all__ = [
    "Aged",
    "IdentityPool",
    "Refreshable",
    "Shared",
    "SigningKeys",
    "TokenRefresher",
    "header_of",
    "life_of",
    "pool_url",
    "present",
    "require_user",
    "session_ended",
    "session_over",
    "signed_claims",
]
