"""How long a client's tokens live. Never here: a token."""

from typing import Any, Final

from amplify_auth.testing._core.request.errors import invalid_parameter
from amplify_auth.testing._core.request.settings import section

_UNITS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
# By botocore's model, CreateUserPoolClient: one hour, one hour, thirty days.
_DEFAULTS: Final = {"Access": (1, "hours"), "Id": (1, "hours"), "Refresh": (30, "days")}


def lifetime(client: Any, kind: str) -> int:
    """Seconds a token of this client lives: ``<kind>TokenValidity`` in its ``TokenValidityUnits``.

    Args:
        client: moto's app client.
        kind: ``Access``, ``Id`` or ``Refresh``.

    Raises:
        CognitoError: ``InvalidParameterException`` for a unit the service does not have.
    """
    config = client.extended_config
    count, unit = _DEFAULTS[kind]
    count = int(config.get(f"{kind}TokenValidity") or 0) or count
    unit = str(section(config, "TokenValidityUnits").get(f"{kind}Token") or unit)
    if unit not in _UNITS:
        raise invalid_parameter(f"Invalid unit for {kind}TokenValidity")
    return count * _UNITS[unit]
