"""How a sign-in begins, and begins over. Who asks for it, and what becomes of an answer, is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _arguments as arguments
from .._session import State
from .._values import AUTH_FLOWS, FIRST_FACTORS, ConfirmSignUp, ResetPassword, SignInOutput, SignInRequest
from ..errors import (
    AuthError,
    AuthValidationError,
    PasswordResetRequiredException,
    UserAlreadyAuthenticatedException,
    UserNotConfirmedException,
)
from .exchange import DeviceLost, Exchange
from .flows import FLOWS
from .proofs import PROOFS

#: What is no failure of a sign-in, but a step: the account has to be put in order first.
ACCOUNT_ERRORS = (PasswordResetRequiredException, UserNotConfirmedException)


def make_request(
    state: State,
    username: str,
    password: str | None,
    *,
    auth_flow_type: str | None = None,
    preferred_challenge: str | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> SignInRequest:
    """The checked form of what a sign-in starts with; the session's defaults fill the gaps."""
    flow = arguments.one_of(arguments.optional(auth_flow_type, "auth_flow_type"), "auth_flow_type", AUTH_FLOWS)
    preferred = arguments.one_of(
        arguments.optional(preferred_challenge, "preferred_challenge"),
        "preferred_challenge",
        FIRST_FACTORS,
        "InvalidPreferredChallenge",
    )
    flow = flow or state.config.auth_flow_type
    if preferred is not None and flow != "USER_AUTH":
        raise AuthValidationError(
            f"preferred_challenge has no meaning in {flow}.",
            name="InvalidPreferredChallenge",
            recovery_suggestion='Pass auth_flow_type="USER_AUTH" with it.',
        )
    return SignInRequest(
        login_id=username,
        auth_flow_type=flow,
        preferred_challenge=(preferred or state.config.preferred_challenge) if flow == "USER_AUTH" else None,
        client_metadata=arguments.texts(client_metadata, "client_metadata"),
        password=password or None,
    )


def refuse_second_user(state: State) -> None:
    """Raise `UserAlreadyAuthenticatedException` where somebody is signed in."""
    if state.signed_in is not None:
        raise UserAlreadyAuthenticatedException("There is already a signed in user.")


def start(state: State, request: SignInRequest, *, generation: int, sign_up_session: str | None = None) -> SignInOutput:
    """Begin a sign-in and follow it as far as it goes.

    Args:
        state: The session's state; a ``sign_in_step`` of it is under way.
        request: How to sign in.
        generation: The state's, when the caller was called.
        sign_up_session: What the confirmation of a sign-up gave; only for ``USER_AUTH``.
    """
    refuse_second_user(state)
    try:
        return begin(state, request, generation=generation, sign_up_session=sign_up_session)
    except ACCOUNT_ERRORS as error:
        state.suspend(None, generation)
        return account_step(error)


def begin(state: State, request: SignInRequest, *, sign_up_session: str | None = None, **facts: Any) -> SignInOutput:
    """Begin, and once more where Cognito does not take the device that it asked about."""
    for given in (sign_up_session, None):  # where a device is asked about, the session has been taken already
        exchange = new_exchange(state, request, sign_up_session=given, **facts)
        try:
            return exchange.follow(FLOWS[request.auth_flow_type].start(exchange))
        except DeviceLost as lost:
            refusal = lost.error
    raise refusal


def new_exchange(state: State, request: SignInRequest, **more: Any) -> Exchange:
    """The conversation about ``request``; ``more`` is what is known beside it."""
    facts: dict[str, Any] = {"username": request.login_id, "client_metadata": request.client_metadata, **more}
    return Exchange(state=state, request=request, proofs=PROOFS, **facts)


def account_step(error: AuthError) -> SignInOutput:
    """The step that one of `ACCOUNT_ERRORS` becomes."""
    if isinstance(error, UserNotConfirmedException):
        return SignInOutput(is_signed_in=False, next_step=ConfirmSignUp(error=error))
    return SignInOutput(is_signed_in=False, next_step=ResetPassword(error=error))
