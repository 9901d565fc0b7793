"""What the public functions return. Values only."""

from __future__ import annotations

from typing import final

import attrs

from ._errors import AuthError
from ._steps import SignInStep, SignUpStep


@final
@attrs.frozen(kw_only=True)
class SignUpOutput:
    """The outcome of ``sign_up``; ``user_id`` is the ``sub`` of the new user."""

    is_sign_up_complete: bool
    next_step: SignUpStep
    user_id: str | None = None


@final
@attrs.frozen(kw_only=True)
class ConfirmSignUpOutput:
    """The outcome of ``confirm_sign_up``."""

    is_sign_up_complete: bool
    next_step: SignUpStep


@final
@attrs.frozen(kw_only=True)
class SignInOutput:
    """The outcome of ``sign_in`` and of everything that continues it."""

    is_signed_in: bool
    next_step: SignInStep


@final
@attrs.frozen(kw_only=True)
class SignOutOutput:
    """The outcome of ``sign_out``. Whatever it says, this session has forgotten the user.

    Attributes:
        is_complete: Whether Cognito confirmed what was asked.
        global_sign_out_error: Why other sessions of the user may still be alive, if they may.
        revoke_token_error: Why this session's refresh token may still be good, if it may.
    """

    is_complete: bool
    global_sign_out_error: AuthError | None = attrs.field(default=None, eq=False)
    revoke_token_error: AuthError | None = attrs.field(default=None, eq=False)


@final
@attrs.frozen(kw_only=True)
class SignInDetails:
    """How the user signed in: ``login_id`` as typed, and the flow, such as ``"USER_SRP_AUTH"``."""

    login_id: str
    auth_flow_type: str
