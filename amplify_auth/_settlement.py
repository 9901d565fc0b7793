"""What becomes of a sign-in whose question was answered in vain: it is kept, forgotten, or started over.

Questions are asked and answers sent elsewhere; here is decided what their failure means.
"""

from __future__ import annotations

from typing import Any

import attrs

from ._config import FIRST_FACTORS
from ._errors import AuthError
from ._exchange import Exchange
from ._flows import user_auth
from ._pending import PendingSignIn
from ._results import SignInOutput
from ._service_errors import (
    NotAuthorizedException,
    PendingSignInExpired,
    ResourceNotFoundException,
    UserNotFoundException,
    says_session_is_closed,
)

#: With this NotAuthorizedException Cognito refuses an attribute beside a new password, not the sign-in.
_ALREADY_PROVIDED = "Cannot modify an already provided"


def is_password(pending: PendingSignIn) -> bool:
    """Whether the question is for the password of ``USER_AUTH``."""
    return pending.challenge_name in ("PASSWORD", "PASSWORD_SRP")


def is_better_started_over(exchange: Exchange, pending: PendingSignIn, answer: str, error: AuthError) -> bool:
    """Whether a first factor was answered and only its session is of no use: nothing was proven that would be lost."""
    if is_password(pending):
        return exchange.has_lost_device or (says_session_is_closed(error) and not exchange.has_progressed)
    is_known = pending.challenge_name == "WEB_AUTHN" and answer in FIRST_FACTORS
    return is_known and says_session_is_closed(error) and not exchange.has_progressed


def start_over(exchange: Exchange, pending: PendingSignIn, answer: str) -> SignInOutput:
    """Begin ``USER_AUTH`` anew with the factor, or the password, that was answered."""
    chosen: dict[str, Any] = {"preferred_challenge": answer}
    if is_password(pending):
        chosen = {"preferred_challenge": pending.challenge_name, "password": answer}
    exchange.request = attrs.evolve(exchange.request, **chosen)
    return exchange.follow(user_auth(exchange))


def replace(exchange: Exchange, pending: PendingSignIn | None) -> None:
    """Put ``pending`` in the place of what was answered, unless another question or a sign-out already did."""
    state = exchange.state
    if state.pending is exchange.before and state.generation == exchange.generation:
        state.suspend(pending, exchange.generation)


def settled(exchange: Exchange, pending: PendingSignIn, error: AuthError) -> AuthError:
    """The error to raise, once it is settled what becomes of ``pending``.

    Kept: whatever may be answered again. Forgotten: what an accepted answer or Cognito's refusal has ended. A password
    stays answerable in any case, by starting over.
    """
    is_closed = says_session_is_closed(error)
    ended = is_closed or isinstance(error, NotAuthorizedException | ResourceNotFoundException | UserNotFoundException)
    if not ((ended and _ALREADY_PROVIDED not in error.message) or exchange.has_progressed):
        return error
    if is_password(pending):
        replace(exchange, attrs.evolve(pending, session=None))
        return error
    replace(exchange, None)
    if is_closed:
        expired = PendingSignInExpired(error.message, **{**error.facts(), "recovery_suggestion": None})
        expired.__cause__ = error.__cause__
        return expired
    return error
