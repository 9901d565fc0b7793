"""``Session`` of a sign-in under way: opened, checked, spent.

A session belongs to one user, one client and one challenge, is spent by success, lives ``AuthSessionValidity``
minutes, and survives a wrong answer. Never here: what a challenge asks.
"""

import secrets
from datetime import timedelta
from typing import Any

from amplify_auth.testing._core.accounts.users import find
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import (
    SESSION_EXPIRED,
    SESSION_INVALID,
    SESSION_SPENT,
    CognitoError,
    not_authorized,
    not_found,
)
from amplify_auth.testing._core.state.store import Session


def validity(client: Any) -> timedelta:
    """How long a step of a sign-in may take at this client: ``AuthSessionValidity``, three minutes by default."""
    return timedelta(minutes=int(client.extended_config.get("AuthSessionValidity") or 3))


def open_session(call: Call, *, username: str, client_id: str, challenge: str, **data: Any) -> Session:
    """Begin a step.

    Args:
        call: The request that leads to the step.
        username: Internal username of the user (or the name given, for a user who is only simulated).
        client_id: The client the step belongs to.
        challenge: Name of the one challenge it can answer.
        **data: What the answer is checked against, and how the sign-in goes on.
    """
    session = Session(
        id=secrets.token_urlsafe(96),
        username=username,
        client_id=client_id,
        challenge=challenge,
        expires_at=call.now + validity(call.pool.clients[client_id]),
        data=data,
    )
    call.state.sessions[session.id] = session
    return session


def session_of(call: Call, *challenges: str, username: str | None = None) -> Session:
    """The live session a request carries in ``Session``. It stays live: ``close`` it on success.

    Args:
        call: The request.
        *challenges: The challenges one of which the session must be for.
        username: The name the request gives; checked when given. ``ClientId`` is checked when the request has one.

    Raises:
        CognitoError: ``NotAuthorizedException``: unknown, spent, too old, or another user's or client's.
    """
    session = call.state.sessions.get(str(call.required("Session")))
    check_session(call, session, *challenges, username=username)
    assert session is not None
    return session


def check_session(call: Call, session: Session | None, *challenges: str, username: str | None = None) -> None:
    """Refuse a session that may not be used for this request; see ``session_of``.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    if session is None:
        raise _refusal(call, SESSION_INVALID)
    if session.used:
        raise not_authorized(SESSION_SPENT)
    if call.now >= session.expires_at:
        raise not_authorized(SESSION_EXPIRED)
    client_id = call.params.get("ClientId")
    if client_id is not None and client_id != session.client_id:
        raise not_authorized(SESSION_INVALID)
    if session.challenge not in challenges:
        raise not_authorized(SESSION_INVALID)
    if username is not None and username != session.username:
        user = find(call.pool, username)
        if user is None or user.username != session.username:
            raise not_authorized(SESSION_INVALID)


def _refusal(call: Call, message: str) -> CognitoError:
    # Suites written for plain moto expect its answer to a session it does not know.
    return not_authorized(message) if call.strict else not_found(message)


def close(session: Session) -> None:
    """Spend a session: the answer was right."""
    session.used = True


def succeed(call: Call, session: Session, **data: Any) -> Session:
    """Spend a session and open its successor for the same user, client and challenge.

    ``data`` is laid over what the session carried. AssociateSoftwareToken and VerifySoftwareToken hand out sessions
    this way.
    """
    close(session)
    return open_session(
        call,
        username=session.username,
        client_id=session.client_id,
        challenge=session.challenge,
        **{**session.data, **data},
    )
