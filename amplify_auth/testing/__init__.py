"""A Cognito for unit tests that refuses what Amazon Cognito refuses: the public names.

A name is imported when it is first used. pytest loads the plugin of this package at every start, and must not wait
for moto if no test needs it.

Never here: code of the test bed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._calls import Calls as Calls
    from ._calls import Masked as Masked
    from ._calls import RecordedCall as RecordedCall
    from ._clock_control import Clock as Clock
    from ._mock import MockCognito as MockCognito
    from ._mock import mock_cognito as mock_cognito
    from ._pool import MockPool as MockPool
    from ._server import MockCognitoServer as MockCognitoServer
    from ._software_passkey import PasskeyCeremonyError as PasskeyCeremonyError
    from ._software_passkey import SoftwarePasskey as SoftwarePasskey
    from ._values import Message as Message
    from ._values import MockUser as MockUser
    from ._values import PoolConfig as PoolConfig

# The module of each name. Type checkers read the imports above instead, so each name is in both places.
_MODULES = {
    "Calls": "_calls",
    "Clock": "_clock_control",
    "Masked": "_calls",
    "Message": "_values",
    "MockCognito": "_mock",
    "MockCognitoServer": "_server",
    "MockPool": "_pool",
    "MockUser": "_values",
    "PasskeyCeremonyError": "_software_passkey",
    "PoolConfig": "_values",
    "RecordedCall": "_calls",
    "SoftwarePasskey": "_software_passkey",
    "mock_cognito": "_mock",
}

__all__ = sorted(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{module}"), name)
    except ModuleNotFoundError as error:
        package = (error.name or "amplify_auth").partition(".")[0]
        if package == "amplify_auth":
            raise
        raise ImportError(f"amplify_auth.testing needs {package}: pip install 'amplify-auth-boto3[testing]'") from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
