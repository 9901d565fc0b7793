"""What becomes of a sign-in whose question was answered in vain: it is kept, forgotten, or started over.

Questions are asked and answers sent elsewhere; here is decided what their failure means.
"""

from __future__ import annotations

from typing import Any

import attrs

from .._cognito import says_session_is_closed
from .._values import FIRST_FACTORS, PendingSignIn, SignInRequest
from ..errors import (
    AuthError,
    NotAuthorizedException,
    PendingSignInExpired,
    ResourceNotFoundException,
    UserNotFoundException,
)
from .exchange import Exchange

#: With this NotAuthorizedException Cognito refuses an attribute beside a new password, not the sign-in.
_ALREADY_PROVIDED = "Cannot modify an already provided"


def is_password(pending: PendingSignIn) -> bool:
    """Whether the question is for the password of ``USER_AUTH``."""
    return pending.challenge_name in ("PASSWORD", "PASSWORD_SRP")


def is_better_started_over(exchange: Exchange, pending: PendingSignIn, answer: str, error: AuthError) -> bool:
    """Whether a first factor was answered and only its session is of no use: nothing was proven that would be lost."""
    is_factor = is_password(pending) or (pending.challenge_name == "WEB_AUTHN" and answer in FIRST_FACTORS)
    return is_factor and says_session_is_closed(error) and not exchange.has_progressed


def with_answer(request: SignInRequest, pending: PendingSignIn, answer: str) -> SignInRequest:
    """``request``, to begin ``USER_AUTH`` anew with the factor, or the password, that was answered."""
    if is_password(pending):
        factor: dict[str, Any] = {"preferred_challenge": pending.challenge_name, "password": answer}
    else:
        factor = {"preferred_challenge": answer}
    return attrs.evolve(request, auth_flow_type="USER_AUTH", **factor)


def replace(exchange: Exchange, pending: PendingSignIn | None) -> None:
    """Put ``pending`` in the place of what was answered, unless another question or a sign-out already did."""
    state = exchange.state
    if state.pending is exchange.before and state.generation == exchange.generation:
        state.suspend(pending, exchange.generation)
        exchange.before = pending


def spent(pending: PendingSignIn) -> PendingSignIn | None:
    """What is left of ``pending`` once its session is spent: a password stays answerable, by starting over."""
    return attrs.evolve(pending, session=None) if is_password(pending) else None


def settled(exchange: Exchange, pending: PendingSignIn, error: AuthError) -> AuthError:
    """The error to raise, once it is settled what becomes of ``pending``.

    Kept: whatever may be answered again. Forgotten: what an accepted answer or Cognito's refusal has ended, but for a
    password.
    """
    is_closed = says_session_is_closed(error)
    ended = is_closed or isinstance(error, NotAuthorizedException | ResourceNotFoundException | UserNotFoundException)
    if not ((ended and _ALREADY_PROVIDED not in error.message) or exchange.has_progressed):
        return error
    replace(exchange, spent(pending))
    if is_closed and not is_password(pending):
        expired = PendingSignInExpired(error.message, **{**error.facts(), "recovery_suggestion": None})
        expired.__cause__ = error.__cause__
        return expired
    return error
