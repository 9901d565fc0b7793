"""Decide what to do after an answer failed: keep the challenge, forget it, or start over. Nothing is done here."""

from __future__ import annotations

from typing import Final, final

import attrs

from .._cognito import says_session_is_closed
from .._masking import Masked, Value, value
from .._values import PendingSignIn, SignInRequest, as_first_factor
from ..errors import (
    AuthError,
    NotAuthorizedException,
    PendingSignInExpired,
    ResourceNotFoundException,
    UserNotFoundException,
)

#: With this NotAuthorizedException Cognito refuses an attribute that came with a new password, not the sign-in.
_ALREADY_PROVIDED: Final = "Cannot modify an already provided"


@final
@value(eq=False)
class Keep(Value):
    """The challenge stays as it is, and can be answered again. ``error`` is raised."""

    error: AuthError


@final
@value(eq=False)
class Forget(Value):
    """The challenge is over. ``error`` is raised.

    Attributes:
        error: What to raise.
        remaining: What takes the place of the challenge: a password stays answerable, by starting over.
    """

    error: AuthError
    remaining: PendingSignIn | None


@final
@value(eq=False)
class Restart(Masked):
    """The flow starts over with ``request``.

    Attributes:
        request: How to start.
        remaining: What waits for an answer if that fails.
    """

    request: SignInRequest
    remaining: PendingSignIn | None


Decision = Keep | Forget | Restart


def after_refusal(
    error: AuthError, pending: PendingSignIn, answer: str, request: SignInRequest, *, has_progressed: bool
) -> Decision:
    """What to do after ``error``.

    Args:
        error: What the answer failed with.
        pending: The challenge that was answered.
        answer: The answer.
        request: How the sign-in was started, with what was chosen since.
        has_progressed: True if Cognito has accepted an answer: its session is spent.
    """
    is_closed = says_session_is_closed(error)
    if is_closed and not has_progressed and _is_first_factor(pending, answer):
        # Only the session has expired and no factor was accepted yet, so starting over loses nothing.
        return Restart(request_with_answer(request, pending, answer), without_session(pending) or pending)
    is_refused = is_closed or isinstance(
        error, NotAuthorizedException | ResourceNotFoundException | UserNotFoundException
    )
    if not has_progressed and (not is_refused or _ALREADY_PROVIDED in error.message):
        return Keep(error)
    return _forget(error, pending)


def after_lost_device(error: AuthError, pending: PendingSignIn, request: SignInRequest, *, can_start: bool) -> Decision:
    """What to do after Cognito did not accept the device of the answer.

    Args:
        error: What Cognito said.
        pending: The challenge that was answered.
        request: How the sign-in was started, with what was chosen since.
        can_start: True if nothing is missing to start over.
    """
    return Restart(request, without_session(pending)) if can_start else _forget(error, pending)


def _forget(error: AuthError, pending: PendingSignIn) -> Forget:
    if says_session_is_closed(error) and not is_password(pending):
        expired = PendingSignInExpired(error.message, **{**error.details(), "recovery_suggestion": None})
        expired.__cause__ = error.__cause__
        error = expired
    return Forget(error, without_session(pending))


def is_password(pending: PendingSignIn) -> bool:
    """True if the challenge asks for the password of ``USER_AUTH``."""
    return pending.challenge_name in ("PASSWORD", "PASSWORD_SRP")


def _is_first_factor(pending: PendingSignIn, answer: str) -> bool:
    return is_password(pending) or (pending.challenge_name == "WEB_AUTHN" and as_first_factor(answer) is not None)


def without_session(pending: PendingSignIn) -> PendingSignIn | None:
    """What remains of ``pending`` once its session is spent: a password stays answerable, by starting over."""
    return attrs.evolve(pending, session=None) if is_password(pending) else None


def request_with_answer(request: SignInRequest, pending: PendingSignIn, answer: str) -> SignInRequest:
    """``request``, to start ``USER_AUTH`` over with the factor, or the password, that was answered."""
    if is_password(pending):
        factor = as_first_factor(pending.challenge_name)
        return attrs.evolve(request, auth_flow_type="USER_AUTH", preferred_challenge=factor, password=answer)
    return attrs.evolve(request, auth_flow_type="USER_AUTH", preferred_challenge=as_first_factor(answer))
