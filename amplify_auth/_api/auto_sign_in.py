"""`auto_sign_in`: the sign-in that a sign-up asked for. After an error that may pass, it can be called again."""

from __future__ import annotations

import attrs

from .. import _arguments as arguments
from .. import _clock
from .._cognito import is_outcome_unknown, says_session_is_closed
from .._public_call import counted_anew, public
from .._session import Session, Step
from .._sign_in import check_flow, start
from .._values import ConfirmSignUp, PendingAutoSignIn, SignInOutput
from ..errors import (
    AuthError,
    AuthServiceError,
    AutoSignInException,
    LimitExceededException,
    SignInException,
)
from .configure import state_of

#: Seconds between two attempts while the user follows a link. Each attempt is a sign-in with the real password.
POLL_INTERVAL = 5.0


@public
def auto_sign_in(password: str | None = None, *, session: Session | None = None) -> SignInOutput:
    """Sign the user in who has just signed up with ``auto_sign_in``.

    After a code this signs in at once; in ``USER_AUTH`` without another code. If the user confirms the account by a
    link, it tries every 5 seconds, until the account is confirmed, the time is over, or `sign_out` interrupts it.
    After an error that may pass (no network, throttling) call it again. A lost answer ends the call too, and what waits
    is kept: a second try may send a second code.

    Args:
        password: Only needed if it cannot be remembered: after `Session.restore_state`.
        session: The session; default: the default session.

    Returns:
        As `sign_in`.

    Raises:
        AutoSignInException: No automatic sign-in waits: it was not asked for, the account is not confirmed, another
            thread runs it, it is completed or given up, or the link was not followed in time.
        AuthValidationError: The password is needed; nothing was sent, and this can be called again with it.
        AuthError: As `sign_in`.

    Cognito operations: as `sign_in`.
    """
    given = arguments.optional(password, "password")
    step = Step(state_of(session))
    waiting = step.state.auto_sign_ins.claim()
    if waiting is None:
        raise AutoSignInException("The automatic sign-in has not started, or has been cancelled or completed.")
    kept: PendingAutoSignIn | None = waiting
    try:
        request = attrs.evolve(waiting.request, password=given or waiting.request.password)
        check_flow(request, step.state.config)
        waiting = attrs.evolve(waiting, request=request)
        attempt = _poll if waiting.by_link and not waiting.is_ready else _once
        output = attempt(step, waiting)
        kept = None
        return output
    except AuthError as error:
        kept = _left_after(error, waiting)
        raise
    finally:
        if kept is not None and step.state.signed_in is None:  # a warning that is an error comes after the sign-in
            step.remember_auto_sign_in(kept)


def _left_after(error: AuthError, waiting: PendingAutoSignIn) -> PendingAutoSignIn | None:
    """What can be tried again after ``error``: all, unless Cognito refused for good."""
    # If the answer was lost, `is_retryable` may be False: another request may send another message. It is for the
    # caller to decide.
    passes = is_outcome_unknown(error) or error.is_retryable or isinstance(error, ValueError | LimitExceededException)
    return waiting if passes else None


def _once(step: Step, waiting: PendingAutoSignIn) -> SignInOutput:
    with step.exclusive():
        step.set_pending(None)  # as sign_in
        if waiting.session is None or not waiting.is_ready or waiting.request.auth_flow_type != "USER_AUTH":
            return start(step, waiting.request)
        try:
            return start(step, waiting.request, sign_up_session=waiting.session)
        except AuthServiceError as error:
            if not says_session_is_closed(error):
                raise
        return start(step, waiting.request)  # the sign-up's session has expired: a sign-in of its own


def _poll(step: Step, waiting: PendingAutoSignIn) -> SignInOutput:
    """Try again and again until the account is confirmed. A sign-out ends the wait."""
    interrupted, end = step.state.interrupted, _clock.monotonic() + waiting.timeout
    while True:
        try:
            with counted_anew():
                output = _once(step, waiting)
        except SignInException:  # if a sign-out came during the attempt
            if not step.is_over:
                raise
        else:
            if not isinstance(output.next_step, ConfirmSignUp):
                return output
            if _clock.monotonic() + POLL_INTERVAL > end:
                raise AutoSignInException(
                    "The account was not confirmed on time.",
                    recovery_suggestion="Follow the link, then call sign_in().",
                )
        if step.is_over or interrupted.wait(POLL_INTERVAL):
            raise AutoSignInException("A sign-out cancelled the automatic sign-in.")
