"""A Cognito for unit tests that refuses what Amazon's refuses. The public names, and nothing else.

They are imported when first used, so that pytest, which loads the plugin of this package whenever it starts, pays
for moto only where it is wanted.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amplify_auth.testing._calls import Calls, Masked, RecordedCall
    from amplify_auth.testing._clock_control import Clock
    from amplify_auth.testing._core.state.store import Message
    from amplify_auth.testing._mock import MockCognito, mock_cognito
    from amplify_auth.testing._pool.pool import MockPool
    from amplify_auth.testing._server.server import MockCognitoServer
    from amplify_auth.testing._software_passkey import PasskeyCeremonyError, SoftwarePasskey
    from amplify_auth.testing._values import MockUser, PoolConfig

__all__ = [
    "Calls",
    "Clock",
    "Masked",
    "Message",
    "MockCognito",
    "MockCognitoServer",
    "MockPool",
    "MockUser",
    "PasskeyCeremonyError",
    "PoolConfig",
    "RecordedCall",
    "SoftwarePasskey",
    "mock_cognito",
]

_HOMES = {
    "Calls": "_calls",
    "Clock": "_clock_control",
    "Masked": "_calls",
    "Message": "_core.state.store",
    "MockCognito": "_mock",
    "MockCognitoServer": "_server.server",
    "MockPool": "_pool.pool",
    "MockUser": "_values",
    "PasskeyCeremonyError": "_software_passkey",
    "PoolConfig": "_values",
    "RecordedCall": "_calls",
    "SoftwarePasskey": "_software_passkey",
    "mock_cognito": "_mock",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{home}"), name)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] == "amplify_auth":
            raise
        raise ImportError(
            f"amplify_auth.testing needs {missing.name}: pip install 'amplify-auth-boto3[testing]'"
        ) from missing
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
