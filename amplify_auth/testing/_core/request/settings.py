"""Settings of pools and clients as they were given to moto. Never here: what follows from a setting."""

from collections.abc import Mapping, Sequence
from typing import Any, cast


def section(config: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """A structure within a request that moto kept, such as ``DeviceConfiguration``; empty where it is absent.

    Args:
        config: ``extended_config`` of a pool or a client.
        *path: Names of the structure and those around it, outermost first.
    """
    for name in path:
        config = cast(Mapping[str, Any], config.get(name) or {})
    return config


def names(config: Mapping[str, Any], *path: str) -> tuple[str, ...]:
    """A list of names within a request that moto kept, such as ``AliasAttributes``; empty where it is absent."""
    listed = cast(Sequence[Any], section(config, *path[:-1]).get(path[-1]) or ())
    return tuple(str(name) for name in listed)


def first_factors(pool: Any) -> tuple[str, ...]:
    """What the pool lets a ``USER_AUTH`` sign-in begin with: ``AllowedFirstAuthFactors``, a password by default."""
    allowed = names(pool.extended_config, "Policies", "SignInPolicy", "AllowedFirstAuthFactors")
    return allowed or ("PASSWORD",)
