"""The state that the test bed keeps and moto does not.

Never here: a rule.
"""

from .pool_state import (
    PoolState,
    Trigger,
    UserState,
    expire_codes,
    expire_refresh_tokens,
    expire_sessions,
    state_of,
    user_state,
)
from .records import AccessToken, Code, Device, PasskeyRegistration, Progress, RefreshToken, Session

__all__ = [
    "AccessToken",
    "Code",
    "Device",
    "PasskeyRegistration",
    "PoolState",
    "Progress",
    "RefreshToken",
    "Session",
    "Trigger",
    "UserState",
    "expire_codes",
    "expire_refresh_tokens",
    "expire_sessions",
    "state_of",
    "user_state",
]
