"""The values of an account: attributes, factors, devices, passkeys, sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, final, get_args

import attrs

from .._masking import MASK, Masked, Value, secret, value


class UserAttributes(Mapping[str, str]):
    """The attributes of a user by name. It cannot be changed. Its ``repr`` shows the names only: values are personal.

    Args:
        values: The attributes.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"UserAttributes({', '.join(self._values)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return UserAttributes, (dict.fromkeys(self._values, MASK),)


MfaSetting = Literal["ENABLED", "DISABLED", "PREFERRED", "NOT_PREFERRED"]
MFA_SETTINGS: Final[tuple[MfaSetting, ...]] = get_args(MfaSetting)
PasskeyMfaSetting = Literal["ENABLED", "DISABLED"]
PASSKEY_MFA_SETTINGS: Final[tuple[PasskeyMfaSetting, ...]] = get_args(PasskeyMfaSetting)

_NO_ATTRIBUTES: Mapping[str, str] = {}


def _shown_attributes(given: Mapping[str, str]) -> UserAttributes:
    return given if isinstance(given, UserAttributes) else UserAttributes(given)


@final
@value(kw_only=True)
class MfaPreference(Value):
    """The second factors of a user.

    Attributes:
        preferred: The one that a sign-in asks for first: ``"SMS"``, ``"TOTP"`` or ``"EMAIL"``. None if no factor is
            preferred. A factor that this library does not know has Cognito's name.
        enabled: Those that are on.
    """

    preferred: str | None = None
    enabled: tuple[str, ...] = ()


@final
@value(kw_only=True)
class AuthFactors(Value):
    """What a user can sign in with.

    Attributes:
        username: Cognito's own name for the user.
        configured: The factors that are set up: ``"PASSWORD"``, ``"EMAIL_OTP"``, ``"SMS_OTP"``, ``"WEB_AUTHN"`` and
            ``"SOFTWARE_TOKEN"``, an authenticator app. A password can only be the first factor, an authenticator app
            only the second.
        preferred_mfa: As ``MfaPreference.preferred``.
        enabled_mfa: As ``MfaPreference.enabled``.
    """

    username: str
    configured: tuple[str, ...] = ()
    preferred_mfa: str | None = None
    enabled_mfa: tuple[str, ...] = ()


@final
@value(kw_only=True)
class AuthDevice(Value):
    """A device of a user, as Cognito lists it.

    Attributes:
        id: Its key at Cognito.
        name: The name that it was registered with; None if it has no name.
        attributes: What Cognito knows of it, such as ``device_status`` and ``last_ip_used``. Its ``repr`` shows the
            names only.
        create_date: When it was registered, UTC.
        last_modified_date: When it was changed last, UTC.
        last_authenticated_date: When it was used last to sign in, UTC.
        is_this_device: True if this session signs in with it.
    """

    id: str
    name: str | None = None
    attributes: Mapping[str, str] = attrs.field(default=_NO_ATTRIBUTES, converter=_shown_attributes, hash=False)
    create_date: datetime | None = None
    last_modified_date: datetime | None = None
    last_authenticated_date: datetime | None = None
    is_this_device: bool = False


@final
@value(kw_only=True)
class WebAuthnCredential(Value):
    """A passkey of a user, as Cognito lists it.

    Attributes:
        credential_id: Its id; `delete_web_authn_credential` takes it.
        friendly_credential_name: The name that Cognito made for it. It cannot be changed.
        relying_party_id: The domain that it is for.
        authenticator_attachment: ``"platform"`` or ``"cross-platform"``; None if the authenticator did not say.
        authenticator_transports: How the authenticator is reached, such as ``"internal"`` and ``"usb"``.
        created_at: When it was registered, UTC.
    """

    credential_id: str
    friendly_credential_name: str | None = None
    relying_party_id: str | None = None
    authenticator_attachment: str | None = None
    authenticator_transports: tuple[str, ...] = ()
    created_at: datetime | None = None


@final
@value(kw_only=True)
class WebAuthnCredentialPage(Value):
    """Passkeys of a user; ``next_token`` gets the next page, if it is not None."""

    credentials: tuple[WebAuthnCredential, ...]
    next_token: str | None = None


@final
@value(kw_only=True)
class UserSessionLocation(Value):
    """Where an address probably is: ``country`` is its English name, not a code. Both can be None."""

    city: str | None = None
    country: str | None = None


@final
@value(kw_only=True)
class UserSession(Masked):
    """A session of a user, at any app client of the pool. Cognito lists it if the pool tracks sessions.

    Attributes:
        session_id: Its id; `revoke_user_session` takes it.
        session_type: ``"TOKEN"``: an app has tokens. ``"SSO"``: a browser is signed in to the managed login.
        client_id: The app client.
        create_date: When it began, UTC.
        last_active_date: When it was used last, UTC. That may lag some seconds behind.
        device_type: The device as the user agent names it. It may be ``"unknown"``.
        last_ip_address: The address that it was used from last. Masked in ``repr``.
        last_location: Where that address is, if Cognito knows it.
        origin_session_id: The session that this one came from.
        is_current_session: True if it is this session.
    """

    session_id: str
    session_type: str | None = None
    client_id: str | None = None
    create_date: datetime | None = None
    last_active_date: datetime | None = None
    device_type: str | None = None
    last_ip_address: str | None = secret(default=None)
    last_location: UserSessionLocation | None = None
    origin_session_id: str | None = None
    is_current_session: bool = False
