"""``Session`` of a sign-in or sign-up: opened, checked, used up.

A session belongs to one user, one client and one challenge. It lives ``AuthSessionValidity`` minutes. A right answer
uses it up, a wrong answer does not.

Never here: the question of a challenge.
"""

import secrets

from ..accounts import find
from ..request import (
    SESSION_EXPIRED,
    SESSION_INVALID,
    SESSION_SPENT,
    Call,
    CognitoError,
    not_authorized,
    not_found,
    session_lifetime,
)
from ..state import Code, Progress, Session


def open_session(
    call: Call,
    *,
    username: str,
    client_id: str,
    challenge: str,
    progress: Progress | None = None,
    code: Code | None = None,
    data: object = None,
) -> Session:
    """Begin a step. The arguments are described at ``Session``."""
    session = Session(
        id=secrets.token_urlsafe(96),
        username=username,
        client_id=client_id,
        challenge=challenge,
        expires_at=call.now + session_lifetime(call.pool.clients[client_id]),
        progress=progress,
        code=code,
        data=data,
    )
    call.state.sessions[session.id] = session
    return session


def session_of(call: Call, challenge: str, *, username: str | None = None) -> Session:
    """The session that a request has in ``Session``. The caller closes it on success.

    Args:
        call: The request.
        challenge: The challenge that the session must have.
        username: The name in the request, if it must be the user's. ``ClientId`` must be the client's if it is given.

    Raises:
        CognitoError: ``NotAuthorizedException``: the session is unknown, used, expired, or of another user or client.
    """
    session = call.state.sessions.get(call.text("Session"))
    if session is None:
        # Test suites for plain moto expect its answer to an unknown session.
        raise not_authorized(SESSION_INVALID) if call.strict else not_found(SESSION_INVALID)
    check_session(call, session, challenge, username=username)
    return session


def check_session(call: Call, session: Session, challenge: str, *, username: str | None = None) -> None:
    """Refuse a session that this request may not use; see ``session_of``.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    if session.used:
        raise not_authorized(SESSION_SPENT)
    if call.now >= session.expires_at:
        raise not_authorized(SESSION_EXPIRED)
    client_id = call.params.get("ClientId")
    if client_id is not None and client_id != session.client_id:
        raise _invalid()
    if session.challenge != challenge:
        raise _invalid()
    if username is not None and username != session.username:
        user = find(call.pool, username)
        if user is None or user.username != session.username:
            raise _invalid()


def _invalid() -> CognitoError:
    return not_authorized(SESSION_INVALID)


def close(session: Session) -> None:
    """Use up a session, because the answer was right."""
    session.used = True


def succeed(call: Call, session: Session, data: object) -> Session:
    """Use up a session and open the next one for the same user, client and challenge, with other data."""
    close(session)
    return open_session(
        call,
        username=session.username,
        client_id=session.client_id,
        challenge=session.challenge,
        progress=session.progress,
        data=data,
    )
