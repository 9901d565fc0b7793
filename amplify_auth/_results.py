"""What the public functions return. Values only."""

from __future__ import annotations

from typing import final

import attrs

from ._errors import AuthError
from ._steps import SignInStep, SignUpStep
from ._value import Value


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignUpOutput(Value):
    """The outcome of ``sign_up``; ``user_id`` is the ``sub`` of the new user."""

    is_sign_up_complete: bool
    next_step: SignUpStep
    user_id: str | None = None


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class ConfirmSignUpOutput(Value):
    """The outcome of ``confirm_sign_up``."""

    is_sign_up_complete: bool
    next_step: SignUpStep


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignInOutput(Value):
    """The outcome of ``sign_in`` and of everything that continues it."""

    is_signed_in: bool
    next_step: SignInStep


@final
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignOutOutput(Value):
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
@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class SignInDetails(Value):
    """How the user signed in: ``login_id`` as typed, and the flow, such as ``"USER_SRP_AUTH"``."""

    login_id: str
    auth_flow_type: str
