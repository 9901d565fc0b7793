"""What a session is configured with: one frozen value, checked when it is made. Nothing here reads files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, final, runtime_checkable

import attrs

from .._arguments import is_text
from .._masking import Masked, secret, value
from ..errors import AuthConfigurationError
from ..storage import Storage

AUTH_FLOWS = ("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP", "USER_AUTH")
FIRST_FACTORS = ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")

_LONGEST = 1_000_000  # seconds; operating systems cannot wait much longer in one go


@runtime_checkable
class Passkey(Protocol):
    """Performs WebAuthn ceremonies; options and credentials are the JSON forms of W3C WebAuthn Level 3 section 5.1."""

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """An assertion for ``PublicKeyCredentialRequestOptionsJSON``."""
        ...

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new credential for ``PublicKeyCredentialCreationOptionsJSON``."""
        ...


def _require(condition: bool, name: str, message: str, suggestion: str | None = None) -> None:
    if not condition:
        raise AuthConfigurationError(message, name=name, recovery_suggestion=suggestion)


def _text(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    _require(
        is_text(value) and bool(value),
        "InvalidConfiguration",
        f"{attribute.name} must be a non-empty str without lone surrogates, not {type(value).__name__}.",
        f"Give {attribute.name} as text.",
    )
    _require(
        value.isprintable() and value == value.strip(),
        "InvalidConfiguration",
        f"{attribute.name} has white space around it, or control characters in it.",
        f"Remove line breaks and spaces from what {attribute.name} is taken from.",
    )


_optional_text = attrs.validators.optional(_text)


def _one_of(*allowed: str | None) -> Any:
    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        _require(
            value in allowed,
            "InvalidConfiguration",
            f"{attribute.name} is not one of the known values.",
            f"Use one of: {', '.join(filter(None, allowed))}.",
        )

    return check


def _seconds(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LONGEST,
        "InvalidConfiguration",
        f"{attribute.name} must be a positive number of seconds, {_LONGEST} at most.",
        f"Give {attribute.name} in seconds, such as 5.0.",
    )


def _pool_id(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]+_[\w-]+", value) is not None,
        "InvalidUserPoolId",
        "Invalid user pool id provided.",
        "A user pool id has the form <region>_<name>, such as eu-west-1_AbC123.",
    )


def _identity_pool_id(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        value is None or (isinstance(value, str) and re.fullmatch(r"[\w-]+:[0-9A-Za-z-]+", value) is not None),
        "InvalidIdentityPoolIdException",
        "Invalid identity pool id provided.",
        "An identity pool id has the form <region>:<uuid>.",
    )


def _region(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]+", value) is not None,
        "InvalidConfiguration",
        "region is not the name of an AWS region.",
        "Leave region out: it is read from the user pool id.",
    )


def _passkey(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        value is None or isinstance(value, Passkey),
        "InvalidConfiguration",
        "passkey must have the methods get(options) and create(options).",
        "Give an object that performs WebAuthn ceremonies.",
    )


def _storage(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        value is None or isinstance(value, Storage),
        "InvalidConfiguration",
        "storage must have the methods load(), save(record), clear() and lock().",
        "Give a FileStorage or KeyringStorage of amplify_auth.storage.",
    )


def _flag(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(isinstance(value, bool), "InvalidConfiguration", f"{attribute.name} must be True or False.")


def _mapping(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    _require(
        value is None or isinstance(value, Mapping),
        "InvalidConfiguration",
        f"{attribute.name} must be a mapping, not {type(value).__name__}.",
        f"Give {attribute.name} as it stands in an amplify_outputs file.",
    )


def _client(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    model = getattr(getattr(value, "meta", None), "service_model", None)
    _require(
        value is None or getattr(model, "service_name", None) == "cognito-idp",
        "InvalidConfiguration",
        "client must be a boto3 client of cognito-idp.",
        'Give boto3.client("cognito-idp", ...), or leave client out.',
    )


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _mapping_field() -> Any:
    return attrs.field(default=None, converter=_copied, validator=_mapping, hash=False)


def _plain(value: str | None) -> str | None:
    # A subclass may format itself as something else: a mask, or the name of an Enum's member.
    return str.__str__(value) if isinstance(value, str) else value


def _with_plain_texts(cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    return [field.evolve(converter=_plain) if str(field.type) in ("str", "str | None") else field for field in fields]


@final
@value(kw_only=True, field_transformer=_with_plain_texts)
class AuthConfig(Masked):
    """The settings of a session. The options of `Session` describe each."""

    user_pool_id: str = attrs.field(validator=_pool_id)
    user_pool_client_id: str = attrs.field(validator=_text)
    client_secret: str | None = secret(default=None, validator=_optional_text)
    region: str = attrs.field(
        default=attrs.Factory(lambda self: str(self.user_pool_id).partition("_")[0], takes_self=True), validator=_region
    )
    endpoint_url: str | None = attrs.field(default=None, validator=_optional_text)
    auth_flow_type: str = attrs.field(default="USER_SRP_AUTH", validator=_one_of(*AUTH_FLOWS))
    preferred_challenge: str | None = attrs.field(default=None, validator=_one_of(None, *FIRST_FACTORS))
    sign_up_verification_method: str = attrs.field(default="code", validator=_one_of("code", "link"))
    identity_pool_id: str | None = attrs.field(default=None, validator=_identity_pool_id)
    identity_pool_endpoint_url: str | None = attrs.field(default=None, validator=_optional_text)
    allow_guest_access: bool = attrs.field(default=False, validator=_flag)
    oauth: Mapping[str, Any] | None = _mapping_field()
    #: ``auth.passwordless`` of an amplify_outputs file: which first factors the backend has; None where unknown.
    passwordless: Mapping[str, Any] | None = attrs.field(
        default=None, converter=_copied, validator=_mapping, hash=False
    )
    passkey: Passkey | None = attrs.field(default=None, validator=_passkey, repr=False)
    connect_timeout: float = attrs.field(default=5.0, validator=_seconds)
    read_timeout: float = attrs.field(default=15.0, validator=_seconds)
    client: Any = attrs.field(default=None, validator=_client, repr=False)
    refresh_margin: float = attrs.field(default=60.0, validator=_seconds)
    storage: Storage | None = attrs.field(default=None, validator=_storage)

    @property
    def pool_name(self) -> str:
        """The part of the user pool id that SRP proofs are made with: between its first and second underscore."""
        return self.user_pool_id.split("_")[1]


OPTIONS = tuple(field.name for field in attrs.fields(AuthConfig))
