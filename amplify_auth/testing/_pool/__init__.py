"""A user pool as a test makes and uses it.

Never here: the answer to a request.
"""

from .new_pool import (
    ClientSettings,
    DeviceTracking,
    FirstFactor,
    MfaRequirement,
    PoolSettings,
    create_client,
    create_pool,
)
from .pool import MockPool

__all__ = [
    "ClientSettings",
    "DeviceTracking",
    "FirstFactor",
    "MfaRequirement",
    "MockPool",
    "PoolSettings",
    "create_client",
    "create_pool",
]
