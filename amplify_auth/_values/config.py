"""What a session is configured with: one frozen value, checked when it is made. Nothing here reads files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, final, get_args, runtime_checkable

import attrs

from .._arguments import is_mapping, is_text, type_name
from .._masking import Masked, partly_secret, secret, value
from .._public_call import public_class
from .._typed_text import hint
from ..errors import AuthConfigurationError
from ..storage import Storage
from .option_checks import Mistake, address_mistake, is_local, region_mistake, seconds_mistake, text_mistake
from .other_words import OTHER_WORDS

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

AuthFlowType = Literal["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP", "USER_AUTH"]
"""How a sign-in can go: the values of ``auth_flow_type``."""

FirstFactor = Literal["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
"""What the flow ``"USER_AUTH"`` can begin with: the values of ``preferred_challenge``."""

SignUpVerificationMethod = Literal["code", "link"]
"""How the pool confirms a new account: by a code that the user types, or by a link that the user follows."""

TokenUse = Literal["access", "id"]
"""The two kinds of tokens that prove something; the value of their claim ``token_use``."""

ClientMetadata = Mapping[str, str] | Callable[[], Mapping[str, str] | None]
"""What the pool's Lambda triggers are passed with each request: a mapping, or a function that gives it."""

AUTH_FLOWS: Final[tuple[AuthFlowType, ...]] = get_args(AuthFlowType)
FIRST_FACTORS: Final[tuple[FirstFactor, ...]] = get_args(FirstFactor)
TOKEN_USES: Final[tuple[TokenUse, ...]] = get_args(TokenUse)


def as_first_factor(name: str | None) -> FirstFactor | None:
    """``name`` if it names a first factor."""
    return next((factor for factor in FIRST_FACTORS if factor == name), None)


ATTEMPTS: Final = 3
"""How often a request is sent at most."""
_PAUSES: Final = 3.0
"""Seconds that all pauses between those attempts take at most."""
_LONGEST = 1_000_000  # seconds; operating systems cannot wait much longer in one go
_LONGEST_WAIT = 3600  # seconds for one request; what is more was meant as milliseconds


@runtime_checkable
class Passkey(Protocol):
    """Performs WebAuthn ceremonies; options and credentials are the JSON forms of W3C WebAuthn Level 3 section 5.1."""

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """An assertion for ``PublicKeyCredentialRequestOptionsJSON``."""
        ...

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new credential for ``PublicKeyCredentialCreationOptionsJSON``."""
        ...


_Validator = Callable[[object, "attrs.Attribute[Any]", Any], None]
_Finder = Callable[["AuthConfig", str, Any], Mistake | None]
"""Finds what is wrong in the value of an option, by its name. The other options are in the configuration."""


def _check(
    is_right: Callable[[Any], bool], message: str, advice: str | None = None, *, name: str = "InvalidConfiguration"
) -> _Validator:
    """A validator that raises `AuthConfigurationError`. ``{name}`` and ``{type}`` in the texts are the option's."""

    def validate(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not is_right(value):
            option = {"name": attribute.name, "type": type_name(value)}
            raise AuthConfigurationError(
                message.format_map(option), name=name, recovery_suggestion=advice and advice.format_map(option)
            )

    return validate


def _matches(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _one_of(allowed: Sequence[str | None]) -> _Validator:
    known = tuple(filter(None, allowed))

    def mistake(config: AuthConfig, option: str, value: object) -> Mistake | None:
        if value in allowed:
            return None
        meant = hint(value, known, OTHER_WORDS[option]) if isinstance(value, str) else ""
        return "{name} is not one of the known values.", f"{meant}Use one of: {', '.join(known)}."

    return _without(mistake)


def _without(mistake: _Finder, *, name: str = "InvalidConfiguration") -> _Validator:
    """A validator that raises `AuthConfigurationError` if ``mistake`` finds one."""

    def validate(config: Any, attribute: attrs.Attribute[Any], value: object) -> None:
        found = mistake(config, attribute.name, value)
        if found is not None:
            message, advice = (text.replace("{name}", attribute.name) for text in found)
            raise AuthConfigurationError(message, name=name, recovery_suggestion=advice)

    return validate


def _is_client_of_user_pools(value: object) -> bool:
    model = getattr(getattr(value, "meta", None), "service_model", None)
    return getattr(model, "service_name", None) == "cognito-idp"


def _text_called(name: str) -> _Validator:
    """A validator of a text whose errors have this name."""
    return attrs.validators.and_(
        _check(is_text, "{name} must be a str without lone surrogates, not {type}.", "Give {name} as text.", name=name),
        _without(lambda config, option, text: text_mistake(option, text), name=name),
    )


_text = attrs.validators.and_(
    _text_called("InvalidConfiguration"),
    _check(
        lambda value: value.isprintable() and value == value.strip(),
        "{name} has white space around it, or control characters in it.",
        "Remove line breaks and spaces from what {name} is taken from.",
    ),
)
_pool_id = attrs.validators.and_(
    _text_called("InvalidUserPoolId"),
    _check(
        _matches(r"[A-Za-z0-9-]+_[\w-]+"),
        "Invalid user pool id provided.",
        "A user pool id has the form <region>_<name>, such as eu-west-1_AbC123, without white space.",
        name="InvalidUserPoolId",
    ),
)
_identity_pool_id = attrs.validators.and_(
    _text_called("InvalidIdentityPoolIdException"),
    _check(
        _matches(r"[\w-]+:[0-9A-Za-z-]+"),
        "Invalid identity pool id provided.",
        "An identity pool id has the form <region>:<uuid>, without white space.",
        name="InvalidIdentityPoolIdException",
    ),
)
_region = attrs.validators.and_(
    _text_called("InvalidConfiguration"),
    _check(
        _matches(r"[A-Za-z0-9-]+"),
        "region is not the name of an AWS region.",
        "Leave region out: it is read from the user pool id.",
    ),
    _without(
        lambda config, option, region: region_mistake(
            region, config.user_pool_id, has_own_endpoint=bool(config.endpoint_url or config.client)
        )
    ),
)
_address = attrs.validators.and_(_text, _without(lambda config, option, url: address_mistake(option, url)))
_wait = _without(lambda config, option, value: seconds_mistake(value, _LONGEST_WAIT))
_seconds = _without(lambda config, option, value: seconds_mistake(value, _LONGEST))
_flag = _check(
    lambda value: isinstance(value, bool), "{name} must be True or False, not {type}.", "Give {name}=True or False."
)
_mapping = _check(
    lambda value: isinstance(value, Mapping),
    "{name} must be a mapping, not {type}.",
    "Give {name} as it stands in an amplify_outputs file.",
)
_passkey = _check(
    lambda value: isinstance(value, Passkey) and not isinstance(value, type),
    "passkey must be an object with the methods get(options) and create(options), not {type}.",
    "Give an object that performs WebAuthn ceremonies, not its class.",
)
_storage = _check(
    lambda value: isinstance(value, Storage) and not isinstance(value, type),
    "storage must be an object with the methods load(), save(record), clear() and lock(), not {type}.",
    "Give FileStorage(path) or KeyringStorage(name) of amplify_auth.storage, not a path or a class.",
)
_client = _check(
    _is_client_of_user_pools,
    "client must be a boto3 client of cognito-idp, not {type}.",
    'Give boto3.client("cognito-idp", ...), or leave client out: none is needed.',
)
_metadata = _check(
    lambda value: callable(value) or (is_mapping(value) and all(map(is_text, (*value.keys(), *value.values())))),
    "client_metadata must be a mapping of text to text, or a function that gives one, not {type}.",
    'Give a dict such as {{"tenant": "acme"}}, all of it text, or a function that returns one.',
)
_reauthenticate = _check(
    callable,
    "reauthenticate must be a function that takes the session, not {type}.",
    "Give a function that signs in, such as lambda session: sign_in(name, password(), session=session).",
)
_optional = attrs.validators.optional


def _copied(value: object) -> object:
    return dict(value) if is_mapping(value) else value


def _mapping_field() -> Any:
    return partly_secret(default=None, converter=_copied, validator=_optional(_mapping), hash=False)


def _emulator(url: object) -> str | None:
    """``url`` if it is the address of an emulator: that is also the address of its identity pools."""
    return url if isinstance(url, str) and is_local(url) else None


def _plain(value: object) -> object:
    # A subclass of str may format itself as something else: a mask, or the name of an Enum's member.
    return str.__str__(value) if isinstance(value, str) else value


def _has_converter(field: Any) -> bool:  # attrs types the converter of an attribute in part only
    return field.converter is not None


def _with_plain_texts(cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    return [field if _has_converter(field) else field.evolve(converter=_plain) for field in fields]


@final
@public_class
@value(kw_only=True, field_transformer=_with_plain_texts)
class AuthConfig(Masked):
    """The settings of a session. The options of `Session` describe each."""

    user_pool_id: str = attrs.field(validator=_pool_id)
    user_pool_client_id: str = attrs.field(validator=_text)
    client_secret: str | None = secret(default=None, validator=_optional(_text))
    region: str = attrs.field(
        default=attrs.Factory(lambda self: str(self.user_pool_id).partition("_")[0], takes_self=True), validator=_region
    )
    endpoint_url: str | None = partly_secret(default=None, validator=_optional(_address))
    auth_flow_type: AuthFlowType = attrs.field(default="USER_SRP_AUTH", validator=_one_of(AUTH_FLOWS))
    preferred_challenge: FirstFactor | None = attrs.field(default=None, validator=_one_of((None, *FIRST_FACTORS)))
    sign_up_verification_method: SignUpVerificationMethod = attrs.field(
        default="code", validator=_one_of(get_args(SignUpVerificationMethod))
    )
    identity_pool_id: str | None = attrs.field(default=None, validator=_optional(_identity_pool_id))
    identity_pool_endpoint_url: str | None = partly_secret(
        default=attrs.Factory(lambda self: _emulator(self.endpoint_url), takes_self=True), validator=_optional(_address)
    )
    allow_guest_access: bool = attrs.field(default=False, validator=_flag)
    oauth: Mapping[str, Any] | None = _mapping_field()
    #: ``auth.passwordless`` of an amplify_outputs file: which first factors the backend has; None if unknown.
    passwordless: Mapping[str, Any] | None = _mapping_field()
    passkey: Passkey | None = attrs.field(default=None, validator=_optional(_passkey), repr=False)
    connect_timeout: float = attrs.field(default=5.0, validator=_wait)
    read_timeout: float = attrs.field(default=15.0, validator=_wait)
    total_timeout: float | None = attrs.field(default=None, validator=_optional(_wait))
    client: CognitoIdentityProviderClient | None = attrs.field(default=None, validator=_optional(_client), repr=False)
    refresh_margin: float = attrs.field(default=60.0, validator=_seconds)
    storage: Storage | None = attrs.field(default=None, validator=_optional(_storage))
    client_metadata: ClientMetadata | None = secret(
        default=None, converter=_copied, validator=_optional(_metadata), hash=False
    )
    reauthenticate: Callable[[Any], object] | None = attrs.field(
        default=None, validator=_optional(_reauthenticate), repr=False
    )

    @property
    def pool_name(self) -> str:
        """The part of the user pool id that SRP proofs are made with: between its first and second underscore."""
        return self.user_pool_id.split("_")[1]

    @property
    def time_limit(self) -> float:
        """Seconds that one call may take, its retries and slow answers included.

        Without ``total_timeout`` they are enough for one connection, and for waiting ``read_timeout`` at each attempt.
        """
        derived = max(self.connect_timeout, _PAUSES) + ATTEMPTS * self.read_timeout
        return min(derived, _LONGEST) if self.total_timeout is None else self.total_timeout


OPTIONS = tuple(field.name for field in attrs.fields(AuthConfig))
