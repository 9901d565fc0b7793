"""The records that the test bed keeps: sessions, codes, tokens, devices, registrations of passkeys.

A record that holds a secret does not show it in its representation.

Never here: a rule, or the place where records are kept.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.define(kw_only=True)
class Code:
    """A one-time code that was sent."""

    value: str = attrs.field(repr=False)
    expires_at: datetime
    attribute: str
    destination: str = attrs.field(repr=False)
    used: bool = False


@attrs.frozen(kw_only=True)
class Progress:
    """The proofs of a sign-in so far. A step that accepts a proof returns a changed copy.

    Args:
        username: Internal username; for a simulated user the name in the request.
        client_id: The app client.
        flow: The ``AuthFlow`` that began the sign-in.
        device_key: The device that the client names.
        factor: The first factor that was proven: ``PASSWORD``, ``EMAIL_OTP``, ``SMS_OTP``, ``WEB_AUTHN``, ``SIGN_UP``
            (the code of ConfirmSignUp) or ``CUSTOM``. None before that.
        mfa: True if the second factor was proven.
        device: True if the device was proven.
        new_password: True if a temporary password was replaced.
        rounds: The results of the challenges so far, for the define-auth-challenge trigger.
    """

    username: str
    client_id: str
    flow: str
    device_key: str | None = None
    factor: str | None = None
    mfa: bool = False
    device: bool = False
    new_password: bool = False
    rounds: tuple[Mapping[str, object], ...] = ()


@attrs.define(kw_only=True)
class Session:
    """A step of a sign-in, of one user, one client and one challenge. Success uses it up.

    Args:
        id: ``Session`` in requests and answers.
        username: Internal username; for a simulated user the name in the request.
        client_id: The app client.
        challenge: The challenge whose answer continues the session.
        expires_at: The end of its life.
        progress: The proofs so far; None for the sessions of a sign-up.
        code: The one-time code that is the right answer, if the answer is one.
        data: What the challenge needs to check the answer. Each challenge has its own class for this.
        used: True once the answer was right.
    """

    id: str = attrs.field(repr=False)
    username: str
    client_id: str
    challenge: str
    expires_at: datetime
    progress: Progress | None = None
    code: Code | None = attrs.field(repr=False, default=None)
    data: object = attrs.field(repr=False, default=None)
    used: bool = False


@attrs.define(kw_only=True)
class AccessToken:
    """An access token that the test bed issued, or found among those of moto."""

    client_id: str
    username: str
    sub: str
    origin_jti: str
    issued_at: datetime
    expires_at: datetime
    scope: str
    device_key: str | None = None
    revoked: bool = False


@attrs.define(kw_only=True)
class RefreshToken:
    """A refresh token that the test bed issued, or found among those of moto.

    ``replaced_at`` is the time when rotation issued the next token.
    """

    value: str = attrs.field(repr=False)
    client_id: str
    username: str
    sub: str
    origin_jti: str
    issued_at: datetime
    expires_at: datetime
    auth_time: datetime
    device_key: str | None = None
    revoked: bool = False
    replaced_at: datetime | None = None


@attrs.define(kw_only=True)
class Device:
    """A device of a user. A sign-in names it (``NewDeviceMetadata``), and ``ConfirmDevice`` confirms it."""

    key: str
    group_key: str
    created_at: datetime
    modified_at: datetime
    authenticated_at: datetime
    confirmed: bool = False
    remembered: bool = False
    name: str | None = None
    salt: bytes = attrs.field(repr=False, default=b"")
    verifier: bytes = attrs.field(repr=False, default=b"")


@attrs.frozen(kw_only=True)
class PasskeyRegistration:
    """A registration of a passkey that was started. A user has at most one, and it is answered once."""

    challenge: bytes = attrs.field(repr=False)
    client_id: str
    expires_at: datetime
