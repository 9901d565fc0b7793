"""What a session remembers of unfinished business and of devices. Values only: who changes them is in ``_state``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import final

import attrs

from . import _clock
from ._config import AUTH_FLOWS, FIRST_FACTORS
from ._masking import Masked, secret
from ._results import SignInDetails
from ._srp import SrpClient
from ._steps import MfaType, PendingStep, TotpSetupDetails
from ._tokens import AuthTokens


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignedIn(Masked):
    """A signed-in user, published as a whole."""

    tokens: AuthTokens
    #: Cognito's own name for the user, whatever was typed.
    username: str
    user_id: str
    details: SignInDetails
    device_key: str | None = None


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignInRequest(Masked):
    """What a sign-in was started with, so that it can be started over.

    Attributes:
        login_id: The name that was typed.
        auth_flow_type: The flow, such as ``"USER_SRP_AUTH"``.
        preferred_challenge: The first factor of ``USER_AUTH``, where one was preferred or chosen since.
        client_metadata: Passed to the pool's Lambda triggers.
        password: Where the flow has one. Never exported.
    """

    login_id: str
    auth_flow_type: str = attrs.field(validator=attrs.validators.in_(AUTH_FLOWS))
    preferred_challenge: str | None = attrs.field(default=None, validator=attrs.validators.in_((None, *FIRST_FACTORS)))
    client_metadata: Mapping[str, str] | None = secret(default=None, hash=False)
    password: str | None = secret(default=None)


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
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
    #: Good for one answer. None: spent by a wrong password, which is answered by starting over.
    session: str | None = secret(default=None)
    available_challenges: tuple[str, ...] = ()
    mfa_types: tuple[MfaType, ...] = ()
    totp: TotpSetupDetails | None = None
    totp_is_verified: bool = False
    #: Begun, and not yet proven: Cognito may ask for the proof after this answer. Never exported.
    srp: SrpClient | None = secret(default=None, eq=False)  # noqa: RUF009 - an attrs field

    @property
    def login_id(self) -> str:
        """The name that was typed."""
        return self.request.login_id


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class PendingAutoSignIn(Masked):
    """A sign-in that waits for the account to be confirmed.

    Attributes:
        username: The name that was signed up.
        request: How to sign in.
        by_link: Whether the account is confirmed by a link, unseen by this process.
        is_ready: Whether the account is known to be confirmed.
        session: What ``ConfirmSignUp`` gave: signs in once without another code.
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
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class Device(Masked):
    """A device that Cognito has registered for a user, and the password that proves it.

    Attributes:
        username: Cognito's name for the user.
        login_ids: The names the user typed.
        is_remembered: Whether Cognito skips MFA for it; False until the user agrees, where the pool asks for that.
    """

    username: str
    login_ids: tuple[str, ...] = ()
    key: str
    group_key: str
    password: str = secret()
    is_remembered: bool = True
