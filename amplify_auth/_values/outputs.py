"""What the public functions return. Values only."""

from __future__ import annotations

from typing import Literal, final

from .._masking import Value, value
from .._public_call import kept_error
from ..errors import AuthError
from .config import AuthFlowType
from .credentials import AwsCredentials
from .steps import ResetPasswordStep, SignInStep, SignUpStep, UpdateAttributeStep
from .tokens import AuthTokens


@final
@value(kw_only=True)
class SignUpOutput(Value):
    """The outcome of ``sign_up``; ``user_id`` is the ``sub`` of the new user."""

    is_sign_up_complete: bool
    next_step: SignUpStep
    user_id: str | None = None


@final
@value(kw_only=True)
class ConfirmSignUpOutput(Value):
    """The outcome of ``confirm_sign_up``."""

    is_sign_up_complete: bool
    next_step: SignUpStep


@final
@value(kw_only=True)
class SignInOutput(Value):
    """The outcome of ``sign_in`` and of everything that continues it."""

    is_signed_in: bool
    next_step: SignInStep


@final
@value(kw_only=True)
class SignOutOutput(Value):
    """The outcome of ``sign_out``. In every case this session has forgotten the user.

    Attributes:
        is_complete: True if Cognito confirmed what was asked, now or at an earlier sign-out. If not, the next
            `sign_out` of the session tries again, as far as that can help.
        global_sign_out_error: The reason, if other sessions of the user may still be alive.
        revoke_token_error: The reason, if this session's refresh token may still be good, or if the linked session of
            the managed login may still be alive although its end was asked for.
    """

    is_complete: bool
    global_sign_out_error: AuthError | None = kept_error()
    revoke_token_error: AuthError | None = kept_error()


@final
@value(kw_only=True)
class ResetPasswordOutput(Value):
    """The outcome of ``reset_password``; ``is_password_reset`` is False: a code comes first."""

    is_password_reset: bool
    next_step: ResetPasswordStep


@final
@value(kw_only=True)
class UpdateUserAttributeOutput(Value):
    """What became of one attribute that was changed.

    Attributes:
        is_updated: True if nothing is left to do. False if the new value must be confirmed with a code. Whether it
            counts already then depends on the pool: see ``update_user_attributes``.
        next_step: What to do next.
    """

    is_updated: bool
    next_step: UpdateAttributeStep


@final
@value(kw_only=True)
class SignInDetails(Value):
    """How the user signed in.

    Attributes:
        login_id: The name that was typed; Cognito's own name for the user if no name was typed.
        auth_flow_type: The flow, such as ``"USER_SRP_AUTH"``; ``"ADOPTED"`` after ``adopt_tokens``.
    """

    login_id: str
    auth_flow_type: AuthFlowType | Literal["ADOPTED"]


@final
@value(kw_only=True)
class AuthSession(Value):
    """What a program needs to act as the user, as it is now.

    Attributes:
        tokens: The user's tokens; None if no user is signed in.
        credentials: AWS credentials, the user's or a guest's. None if there is no identity pool, if no user is signed
            in and guests have no access, or if the identity pool gave none to the user.
        identity_id: The identity that they belong to.
        user_sub: The ``sub`` of the user.
        credentials_error: Why the identity pool gave no credentials to the user, whose tokens can be used.
    """

    tokens: AuthTokens | None = None
    credentials: AwsCredentials | None = None
    identity_id: str | None = None
    user_sub: str | None = None
    credentials_error: AuthError | None = kept_error()


@final
@value(kw_only=True)
class AuthUser(Value):
    """The user who is signed in.

    Attributes:
        username: Cognito's own name for the user, which may differ from what was typed.
        user_id: The ``sub``: it never changes and is never used again.
        sign_in_details: How the user signed in.
    """

    username: str
    user_id: str
    sign_in_details: SignInDetails
