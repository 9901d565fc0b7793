"""The data of moto: pools, users, keys. The functions here read it, add to it, and start moto.

moto's objects get their types here, by casts to the Protocols of the contract.

Never here: a replaced function of moto, or a rule of Cognito.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import moto
import moto.cognitoidp.models
import moto.cognitoidp.responses
import moto.core.base_backend
import moto.core.models

from .contract import MotoBackend, MotoMock, MotoPool, MotoUser

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Untyped here, because the contract checks what is used, and because some of it is private.
_moto: Any = moto
_responses: Any = moto.cognitoidp.responses
_models: Any = moto.cognitoidp.models
_core_models: Any = moto.core.models
_base_backend: Any = moto.core.base_backend


def mock_aws(config: Mapping[str, object] | None) -> MotoMock:
    """Moto's own mock, not started."""
    return cast(MotoMock, _moto.mock_aws(config=config))


def reset_data() -> None:
    """Delete everything that moto holds, as its ``/moto-api/reset`` does."""
    _base_backend.BackendDict.reset()


def decorate_class(decorator: object, decorated: type) -> type:
    """Decorate a class of tests method by method, as this version of moto does."""
    return cast(type, _core_models.MockAWS._decorate_class(decorator, decorated))


def default_account() -> str:
    """The AWS account of requests that name no account."""
    return str(_core_models.DEFAULT_ACCOUNT_ID)


def backend_of(account: str, region: str) -> MotoBackend:
    """The Cognito of an account in a region.

    Raises:
        ValueError: AWS has no such region.
    """
    try:
        return cast(MotoBackend, _models.cognitoidp_backends[account][region])
    except KeyError:
        raise ValueError(f"Cognito is in no region named {region!r}") from None


def pools_of(account: str) -> Sequence[MotoPool]:
    """The user pools of every account and region; those of ``account`` first.

    A request that is not signed does not name its account, so its pool can be in any account.
    """
    backends = cast(Mapping[str, Mapping[str, MotoBackend]], _models.cognitoidp_backends)
    accounts = sorted(backends, key=lambda other: other != account)
    return [
        pool
        for each in accounts
        for backend in list(backends[each].values())
        for pool in list(backend.user_pools.values())
    ]


def new_user(
    pool: MotoPool, username: str | None, password: str | None, attributes: Mapping[str, str], status: str
) -> MotoUser:
    """Add a user to a pool. Without a username moto makes up a UUID."""
    user = cast(
        MotoUser,
        _models.CognitoIdpUser(
            user_pool_id=pool.id,
            username=username,
            password=password,
            status=_models.UserStatus[status],
            attributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        ),
    )
    pool.users[user.username] = user
    return user


def status_of(user: MotoUser) -> str:
    """The user's status in Cognito's words, such as ``CONFIRMED``."""
    return str(getattr(user.status, "name", user.status))


def set_status(user: MotoUser, name: str) -> None:
    """Give the user another status."""
    kind = cast(Mapping[str, object], type(user.status))
    user.status = kind[name]


def standard_attributes() -> frozenset[str]:
    """The names of the attributes that every pool can have."""
    return frozenset(cast(Mapping[str, object], _models.CognitoIdpUserPoolAttribute.STANDARD_SCHEMA))


def signing_keys() -> str:
    """The public keys that every pool signs its tokens with, as a key set (RFC 7517)."""
    return str(_responses.CognitoIdpJsonWebKeyResponse.json_web_key, "ascii")


def version() -> str:
    """The version of moto."""
    return str(_moto.__version__)


def server_application() -> "WSGIApplication":
    """Moto's own server as a WSGI application."""
    werkzeug_app = _server()
    new_dispatcher = cast("Callable[[object], WSGIApplication]", werkzeug_app.DomainDispatcherApplication)
    return new_dispatcher(werkzeug_app.create_backend_app)


def request_handler(default: type) -> type:
    """The handler of requests that moto's server uses; moto has its own since 5.2.4."""
    return cast(type, getattr(_server(), "MotoRequestHandler", default))


def _server() -> Any:
    from moto.moto_server import werkzeug_app  # imports every service of moto

    return werkzeug_app
