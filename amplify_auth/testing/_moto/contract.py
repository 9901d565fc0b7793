"""The contract with moto: the names and attributes of moto that the test bed uses.

The Protocols are the list. Type checkers check the test bed against them, and ``missing_names`` checks the installed
moto against them. Most of these names are undocumented. They exist, and mean the same, in moto 5.1.0 to 5.2.5. Only
the request objects of moto, in ``installation``, and moto's server, in ``world``, are used without being listed here.

Never here: a change to moto.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

Token = tuple[str, str]
"""A client's ID and a username."""
RefreshToken = tuple[str, str, str]
"""A client's ID, a username and ``origin_jti``."""


class MotoGroup(Protocol):
    """A group of users. The installed moto is not checked for these attributes."""

    group_name: str
    precedence: int | None
    role_arn: str | None
    users: "set[MotoUser]"


class MotoUser(Protocol):
    """A user. ``status`` is a member of moto's enumeration, which moto compares by identity."""

    id: str
    username: str
    password: str | None
    status: object
    enabled: bool
    attribute_lookup: dict[str, str]
    groups: set[MotoGroup]
    sms_mfa_enabled: bool
    software_token_mfa_enabled: bool
    token_verified: bool
    preferred_mfa_setting: str | None

    def update_attributes(self, new_attributes: list[dict[str, str]], /) -> None:
        """Add or replace attributes."""
        ...

    def delete_attributes(self, attrs_to_delete: list[str], /) -> None:
        """Delete attributes that the user has."""
        ...


class MotoClient(Protocol):
    """An app client. ``secret`` always has a value; ``generate_secret`` says whether the client has one."""

    id: str
    secret: str
    generate_secret: bool
    extended_config: dict[str, object]


class MotoDomain(Protocol):
    """The domain of a pool. The installed moto is not checked for this attribute."""

    domain: str


class MotoAttribute(Protocol):
    """An attribute in the schema of a pool. An attribute of type String also has ``string_constraints``."""

    mutable: bool
    required: bool


class MotoPool(Protocol):
    """A user pool. ``extended_config`` holds the settings in the words of ``CreateUserPool``."""

    id: str
    region: str
    extended_config: dict[str, object]
    mfa_config: str
    sms_mfa_config: object
    token_mfa_config: Mapping[str, object] | None
    schema_attributes: dict[str, MotoAttribute]
    clients: dict[str, MotoClient]
    users: dict[str, MotoUser]
    access_tokens: dict[str, Token]
    id_tokens: dict[str, Token]
    refresh_tokens: dict[str, RefreshToken | None]
    json_web_key: "RSAKey"

    @property
    def domain(self) -> MotoDomain | None:
        """The domain of managed login."""
        ...


class MotoBackend(Protocol):
    """The Cognito of one account in one region."""

    user_pools: dict[str, MotoPool]

    def create_user_pool(self, name: str, extended_config: Mapping[str, object], /) -> MotoPool:
        """Add a pool."""
        ...

    def create_user_pool_client(
        self, user_pool_id: str, generate_secret: bool, extended_config: Mapping[str, object], /
    ) -> MotoClient:
        """Add an app client to a pool."""
        ...

    def set_user_pool_mfa_config(
        self, user_pool_id: str, sms_config: object, token_config: Mapping[str, object], mfa_config: str, /
    ) -> object:
        """Set the second factors of a pool."""
        ...


class MotoMock(Protocol):
    """``mock_aws()``. The installed moto is not checked for these methods, because they are documented."""

    def start(self, reset: bool = True) -> None:
        """Start answering for AWS."""
        ...

    def stop(self, remove_data: bool = True) -> None:
        """Stop answering for AWS."""
        ...


_NAMES: Final = (
    ("moto", "mock_aws"),
    ("moto.core.models", "MockAWS._decorate_class"),
    ("moto.core.models", "botocore_stubber"),
    ("moto.core.models", "DEFAULT_ACCOUNT_ID"),
    ("moto.core.base_backend", "BackendDict.reset"),
    ("moto.settings", "TEST_SERVER_MODE"),
    ("moto.settings", "is_test_proxy_mode"),
    ("moto.cognitoidp.responses", "CognitoIdpResponse.call_action"),
    ("moto.cognitoidp.responses", "CognitoIdpResponse._get_action"),
    ("moto.cognitoidp.responses", "CognitoIdpJsonWebKeyResponse.json_web_key"),
    ("moto.cognitoidp.models", "CognitoIdpUserPoolAttribute.STANDARD_SCHEMA"),
    ("moto.cognitoidp.models", "UserStatus.CONFIRMED"),
    ("moto.cognitoidp.models", "cognitoidp_backends"),
    ("moto.cognitoidp.models", "jwk.RSAKey.import_key"),
)
_METHODS: Final = (("CognitoIdpBackend", MotoBackend), ("CognitoIdpUser", MotoUser))


def _methods(protocol: type) -> list[str]:
    return [name for name, member in vars(protocol).items() if inspect.isfunction(member) and not name.startswith("_")]


def _attributes(protocol: type) -> tuple[str, ...]:
    properties = [name for name, member in vars(protocol).items() if isinstance(member, property)]
    return (*inspect.get_annotations(protocol), *properties)


ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "backend": _attributes(MotoBackend),
    "pool": _attributes(MotoPool),
    "attribute": _attributes(MotoAttribute),
    "client": _attributes(MotoClient),
    "user": _attributes(MotoUser),
}
"""What the objects of moto must have, by the kind of object."""


def missing_names() -> list[str]:
    """The names that this moto lacks; empty if it is supported."""
    methods = [("moto.cognitoidp.models", f"{owner}.{name}") for owner, kind in _METHODS for name in _methods(kind)]
    missing = [f"{module}.{name}" for module, name in (*_NAMES, *methods) if not _has(module, name)]
    return missing or [
        f"the {kind}'s {name}"
        for kind, thing in _samples().items()
        for name in ATTRIBUTES[kind]
        if not hasattr(thing, name)
    ]


def _has(module: str, path: str) -> bool:
    try:
        thing: object = importlib.import_module(module)
        for name in path.split("."):
            thing = getattr(thing, name)
    except (ImportError, AttributeError):
        return False
    return True


def _samples() -> dict[str, object]:
    """One object of each kind. Only objects show their attributes; moto does not keep these."""
    models: Any = importlib.import_module("moto.cognitoidp.models")
    new_backend = cast("Callable[[str, str], MotoBackend]", models.CognitoIdpBackend)
    backend = new_backend("us-east-1", "123456789012")
    pool = backend.create_user_pool("probe", {})
    return {
        "backend": backend,
        "pool": pool,
        "attribute": next(iter(pool.schema_attributes.values()), None),
        "client": backend.create_user_pool_client(pool.id, False, {}),
        "user": models.CognitoIdpUser(pool.id, "probe", None, models.UserStatus.CONFIRMED, []),
    }
