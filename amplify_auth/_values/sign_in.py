"""What a session keeps, as values: its user, sign-ins and sign-outs that are not finished, and devices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, final

import attrs

from .. import _clock
from .._masking import Masked, secret, value
from .._public_call import kept_error
from .._srp import SrpClient
from ..errors import AuthError
from .config import AUTH_FLOWS, FIRST_FACTORS, AuthFlowType, FirstFactor
from .outputs import SignInDetails
from .steps import MfaType, PendingStep, TotpSetupDetails
from .tokens import AuthTokens

#: The challenges that a pending sign-in can wait in: those that a person answers.
CHALLENGE_NAMES: Final = frozenset(
    {
        "CUSTOM_CHALLENGE",
        "EMAIL_OTP",
        "MFA_SETUP",
        "NEW_PASSWORD_REQUIRED",
        "PASSWORD",
        "PASSWORD_SRP",
        "SELECT_CHALLENGE",
        "SELECT_MFA_TYPE",
        "SMS_MFA",
        "SMS_OTP",
        "SOFTWARE_TOKEN_MFA",
        "WEB_AUTHN",
    }
)


@final
@value(kw_only=True)
class SignedIn(Masked):
    """A signed-in user.

    Attributes:
        tokens: The user's tokens.
        username: Cognito's own name for the user, which may differ from what was typed.
        user_id: The ``sub`` of the user.
        details: How the user signed in.
        device_key: The device that the tokens belong to.
        unconfirmed_device: That device, if its confirmation failed for now.
    """

    tokens: AuthTokens
    username: str
    user_id: str
    details: SignInDetails
    device_key: str | None = None
    unconfirmed_device: UnconfirmedDevice | None = None


@final
@value(kw_only=True, eq=False)
class UnfinishedSignOut(Masked):
    """A user whom this session has forgotten, and what is left to do at Cognito. Never exported, never stored.

    Attributes:
        user: The user, with tokens that may still be good.
        is_revoked: True if the refresh token is revoked, or is missing and the access token has expired.
        revoke_token_error: Why it is not revoked, or why the linked session may still be alive.
        global_sign_out_error: Why other sessions of the user may still be alive, if their end was asked for.
        with_associated: True if the linked session of the managed login is to be ended too.
        is_ended_everywhere: True if Cognito has ended all sessions of the user.
    """

    user: SignedIn
    is_revoked: bool = False
    revoke_token_error: AuthError | None = kept_error()
    global_sign_out_error: AuthError | None = kept_error()
    with_associated: bool = False
    is_ended_everywhere: bool = False

    @property
    def is_done(self) -> bool:
        """True if nothing is left to do or to report."""
        return self.is_revoked and self.global_sign_out_error is None and self.revoke_token_error is None


@final
@value(kw_only=True)
class SignInRequest(Masked):
    """What a sign-in was started with, so that it can be started over.

    Attributes:
        login_id: The name that was typed.
        auth_flow_type: The flow, such as ``"USER_SRP_AUTH"``.
        preferred_challenge: The first factor of ``USER_AUTH`` that was preferred, or chosen since.
        client_metadata: Passed to the pool's Lambda triggers.
        password: The password, if the flow has one. Never exported.
    """

    login_id: str
    auth_flow_type: AuthFlowType = attrs.field(validator=attrs.validators.in_(AUTH_FLOWS))
    preferred_challenge: FirstFactor | None = attrs.field(
        default=None, validator=attrs.validators.in_((None, *FIRST_FACTORS))
    )
    client_metadata: Mapping[str, str] | None = secret(default=None, hash=False)
    password: str | None = secret(default=None)


@final
@value(kw_only=True)
class PendingSignIn(Masked):
    """A sign-in that waits for an answer.

    Attributes:
        next_step: What to answer.
        username: Cognito's name for the user, as far as it is known.
        login_id: The name that was typed.
        issued_at: When Cognito asked, an aware UTC datetime. It waits 3 to 15 minutes, as the client is set.
    """

    next_step: PendingStep
    username: str
    request: SignInRequest = attrs.field(repr=False)
    issued_at: datetime = attrs.field(factory=_clock.now)
    challenge_name: str
    #: Good for one answer. None: a wrong password has spent it, and the next answer starts the flow over.
    session: str | None = secret(default=None)
    available_challenges: tuple[str, ...] = ()
    mfa_types: tuple[MfaType, ...] = ()
    totp: TotpSetupDetails | None = None
    totp_is_verified: bool = False
    #: An SRP exchange that waits for its proof: Cognito may ask for it after this answer. Never exported.
    srp: SrpClient | None = secret(default=None, eq=False)

    @property
    def login_id(self) -> str:
        """The name that was typed."""
        return self.request.login_id


@final
@value(kw_only=True)
class PendingAutoSignIn(Masked):
    """A sign-in that waits for the account to be confirmed.

    Attributes:
        username: The name that was signed up.
        request: How to sign in.
        by_link: True if the user confirms the account by a link, which this process does not see.
        is_ready: True if the account is known to be confirmed.
        session: The session that ``ConfirmSignUp`` gave: it signs in once without another code.
        deadline: When it is given up, on ``_clock.monotonic``.
        timeout: Seconds that ``auto_sign_in`` waits for a link.
    """

    username: str
    request: SignInRequest = attrs.field(repr=False)
    by_link: bool = False
    is_ready: bool = False
    session: str | None = secret(default=None)
    deadline: float
    timeout: float


@final
@value(kw_only=True)
class Device(Masked):
    """A device that Cognito has registered for a user, and the password that proves it.

    Attributes:
        username: Cognito's name for the user.
        login_ids: Other names that the user signs in with: those that were typed, and the aliases in the ID token.
        is_remembered: True if Cognito skips MFA for it. False until the user agrees, if the pool asks for that.
        is_adopted: True if it came from another program, and has not been used here yet: ``username`` may be an alias.
    """

    username: str
    login_ids: tuple[str, ...] = attrs.field(default=(), repr=False)
    key: str
    group_key: str
    password: str = secret()
    is_remembered: bool = True
    is_adopted: bool = attrs.field(default=False, repr=False)


@final
@value(kw_only=True)
class UnconfirmedDevice(Masked):
    """A device that Cognito has named in a sign-in, and whose confirmation failed for now.

    The refresh token of the sign-in is bound to it: Cognito renews the tokens only once the device is confirmed.

    Attributes:
        device: What it is once it is confirmed.
        name: What it is called.
        salt: With ``verifier``, what Cognito checks the device's password with. A second request has the same, so that
            it does no harm if the first one was acted on.
    """

    device: Device
    name: str
    salt: str = secret()
    verifier: str = secret()


@final
@value(kw_only=True, eq=False)
class Snapshot(Masked):
    """All that a session keeps, as it was at one moment."""

    signed_in: SignedIn | None = None
    pending: PendingSignIn | None = None
    auto_sign_ins: tuple[PendingAutoSignIn, ...] = ()
    devices: tuple[Device, ...] = ()
