"""`list_user_sessions` and `revoke_user_session`: where a user is signed in, for pools that track sessions."""

from __future__ import annotations

from .. import _arguments as arguments
from .._account import UserSession, all_pages, user_sessions
from .._public_call import public
from .._session import Session
from ..errors import AuthValidationError, ResourceNotFoundException
from .as_user import UserRequests, as_user


@public
def list_user_sessions(*, session: Session | None = None) -> tuple[UserSession, ...]:
    """The sessions of the signed-in user, at all app clients of the pool: where else is this user signed in?

    The pool's owner must have turned on the tracking of sessions. A new session is listed some seconds after the
    sign-in.

    Args:
        session: The session; default: the default session.

    Returns:
        The sessions, of all pages. ``is_current_session`` is True for that of ``session``.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer.
        AuthProtocolError: An answer cannot be right, or the pages do not end.
        AuthConfigurationError: The installed botocore is too old. Or no session is given, and `configure` made no
            default.

    Cognito operation: ``ListUserSessions``, once for each page.

    Example:
        >>> for other in list_user_sessions():  # doctest: +SKIP
        ...     if not other.is_current_session:
        ...         revoke_user_session(other.session_id)
    """
    return _sessions(as_user(session))


def _sessions(user: UserRequests) -> tuple[UserSession, ...]:
    return all_pages(lambda token: user_sessions(user.call("ListUserSessions", NextToken=token)))


@public
def revoke_user_session(
    session_id: str, *, revoke_associated_sessions: bool = False, session: Session | None = None
) -> None:
    """End another session of the signed-in user, such as that of a lost phone: its tokens are revoked.

    The sessions are listed first, to find out which one is that of ``session``. That one is ended by `sign_out`. A
    session that was listed and has ended by itself in the meantime is no error.

    Args:
        session_id: ``UserSession.session_id`` of `list_user_sessions`.
        revoke_associated_sessions: True: also the sessions that are linked to it. Those of a ``"TOKEN"`` session: the
            ``"SSO"`` session that it came from. Those of an ``"SSO"`` session: the ``"TOKEN"`` sessions that came from
            it. Cognito may take some seconds for that.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: An argument is wrong; nothing was sent. Or ``session_id`` is that of ``session``; nothing
            was revoked.
        ResourceNotFoundException: There is no such session.
        InvalidParameterException: ``session_id`` is not the id of a session.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. It does no harm to call again.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: The installed botocore is too old. Or no session is given, and `configure` made no
            default.

    Cognito operations: ``ListUserSessions``, ``RevokeUserSession``.
    """
    wanted = arguments.username(session_id, "session_id", "InvalidArgument", "session_id is required.")
    linked = "LINKED" if arguments.flag(revoke_associated_sessions, "revoke_associated_sessions") else None
    user = as_user(session)
    known = {each.session_id: each for each in _sessions(user)}
    if wanted in known and known[wanted].is_current_session:
        raise AuthValidationError(
            "session_id is that of the session that makes the call: Cognito does not revoke it.",
            name="InvalidArgument",
            recovery_suggestion="Call sign_out() to end this session.",
        )
    try:
        user.call("RevokeUserSession", SessionId=wanted, RevokeAssociatedSessions=linked)
    except ResourceNotFoundException:
        if wanted not in known:
            raise
