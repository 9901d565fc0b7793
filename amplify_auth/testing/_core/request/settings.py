"""The settings of pools and clients, read from what moto kept of the requests that made them.

Never here: what an operation does with a setting.
"""

from datetime import timedelta
from typing import Final

from ..._moto import MotoClient, MotoPool
from .errors import invalid_parameter
from .members import names, number, section, text

# botocore's model, CreateUserPoolClient: the flows of a client that names no flow.
_DEFAULT_FLOWS: Final = frozenset({"REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH"})
_UNITS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
# botocore's model, CreateUserPoolClient: one hour, one hour, thirty days.
_DEFAULTS: Final = {"Access": (1, "hours"), "Id": (1, "hours"), "Refresh": (30, "days")}


def first_factors(pool: MotoPool) -> tuple[str, ...]:
    """The first factors that ``USER_AUTH`` offers: ``AllowedFirstAuthFactors``, by default a password."""
    allowed = names(pool.extended_config, "Policies", "SignInPolicy", "AllowedFirstAuthFactors")
    return allowed or ("PASSWORD",)


def case_sensitive(pool: MotoPool) -> bool:
    """True if ``Alice`` and ``alice`` are two users: ``UsernameConfiguration``, by default True."""
    return bool(section(pool.extended_config, "UsernameConfiguration").get("CaseSensitive", True))


def device_tracking(pool: MotoPool) -> str:
    """``OFF``, ``ALWAYS`` or ``OPT_IN`` (the user decides whether a device is remembered)."""
    configuration = section(pool.extended_config, "DeviceConfiguration")
    if not configuration:
        return "OFF"
    return "OPT_IN" if configuration.get("DeviceOnlyRememberedOnUserPrompt") else "ALWAYS"


def allowed_flows(client: MotoClient) -> frozenset[str]:
    """The flows that a client allows: ``ExplicitAuthFlows`` without ``ALLOW_``."""
    listed = names(client.extended_config, "ExplicitAuthFlows")
    if not listed:
        return _DEFAULT_FLOWS
    if any(name.startswith("ALLOW_") for name in listed):
        return frozenset(name.removeprefix("ALLOW_") for name in listed)
    # The older names, without ALLOW_, add to the default flows, or reduce them.
    if "CUSTOM_AUTH_FLOW_ONLY" in listed:
        return frozenset({"REFRESH_TOKEN_AUTH", "CUSTOM_AUTH"})
    return _DEFAULT_FLOWS | frozenset(listed)


def session_lifetime(client: MotoClient) -> timedelta:
    """The time for one step of a sign-in: ``AuthSessionValidity``, by default three minutes."""
    return timedelta(minutes=number(client.extended_config, "AuthSessionValidity", 3))


def token_lifetime(client: MotoClient, kind: str) -> int:
    """The life of a token of this client in seconds: ``<kind>TokenValidity`` in its ``TokenValidityUnits``.

    Args:
        client: The app client.
        kind: ``Access``, ``Id`` or ``Refresh``.

    Raises:
        CognitoError: ``InvalidParameterException`` for an unknown unit.
    """
    config = client.extended_config
    default, default_unit = _DEFAULTS[kind]
    count = number(config, f"{kind}TokenValidity", default)
    unit = text(section(config, "TokenValidityUnits"), f"{kind}Token") or default_unit
    if unit not in _UNITS:
        raise invalid_parameter(f"Invalid unit for {kind}TokenValidity")
    return count * _UNITS[unit]
