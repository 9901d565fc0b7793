"""`fetch_auth_session` and `get_current_user`: who is signed in, with tokens and credentials that are good to use.

While they are fresh, nothing is sent. How they are refreshed is in the room ``_renewal``.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import _arguments as arguments
from .._public_call import public
from .._renewal import require_user
from .._session import Session
from .._values import AuthSession, AuthUser, IdentityPoolCredentials, SignedIn
from ..errors import AuthError
from .configure import state_of


@public
def fetch_auth_session(
    *,
    force_refresh: bool = False,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> AuthSession:
    """Tokens that are good to use, and AWS credentials if there is an identity pool, refreshed if they must be.

    Call it each time you need a token: while the tokens are fresh, nothing is sent. Any number of threads may call it:
    one refreshes, and the others wait, or use the old tokens while these are good. An error that may pass (no network,
    throttling) is raised only if the tokens have expired. It never signs the user out.

    If no user is signed in, or the session has ended, ``reauthenticate`` of the session signs a user in first, if it
    is set, except after `sign_out`.

    Args:
        force_refresh: Refresh tokens and credentials even if they are fresh: to see changed attributes or groups.
        client_metadata: Passed to the pool's Lambda triggers if this call refreshes the tokens.
        session: The session; default: the default session.

    Returns:
        What the program needs to act as the user. If the identity pool fails, the tokens are there, and
        ``credentials_error`` says why there are no credentials: the next call tries again, after a few seconds or with
        ``force_refresh``. If no user is signed in, there are no tokens, and the credentials are a guest's if guests
        have access. That is not an error.

    Raises:
        SessionEnded: Cognito refuses to refresh the tokens, and the user must sign in again. Every later call raises
            it too, until `sign_in` or `sign_out`. With ``reauthenticate``: what that raised instead.
        AuthServiceError: The refresh failed, and the tokens have expired or ``force_refresh`` is set. Or the identity
            pool refused a guest.
        AuthNetworkError: There was no answer; as above.
        AuthStateError: ``force_refresh`` is set, and there is no refresh token.
        AuthProtocolError: The answer cannot be right; as above.
        AuthValidationError: An argument is wrong; nothing was sent.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operations: ``GetTokensFromRefreshToken``, or ``InitiateAuth`` with ``REFRESH_TOKEN_AUTH`` if the
    endpoint has only that; ``GetId`` and ``GetCredentialsForIdentity`` of the identity pool.

    Example:
        >>> tokens = fetch_auth_session().tokens  # doctest: +SKIP
        >>> headers = {"Authorization": f"Bearer {tokens.access_token}"}  # doctest: +SKIP
    """
    state = state_of(session)
    if force_refresh is False and client_metadata is None:  # every request asks so
        force, signed_in = False, state.user.get()
    else:
        force = bool(arguments.flag(force_refresh, "force_refresh"))
        signed_in = state.user.get(force=force, context=arguments.texts(client_metadata, "client_metadata"))
    outcome: IdentityPoolCredentials | AuthError | None = None
    if state.config.identity_pool_id is not None:
        if signed_in is not None:
            outcome = state.identity_pool.attempt(signed_in, force=force)
        elif state.config.allow_guest_access:
            outcome = state.identity_pool.credentials_of(None, force=force)
    cached = state.cached_auth_session  # made once, not for every request
    if cached is None or cached[0] is not signed_in or cached[1] is not outcome:
        cached = state.cached_auth_session = signed_in, outcome, _session_of(signed_in, outcome)
    return cached[2]


def _session_of(signed_in: SignedIn | None, outcome: IdentityPoolCredentials | AuthError | None) -> AuthSession:
    error = outcome if isinstance(outcome, AuthError) else None
    credentials = None if isinstance(outcome, AuthError) else outcome
    return AuthSession(
        tokens=None if signed_in is None else signed_in.tokens,
        credentials=None if credentials is None else credentials.credentials,
        identity_id=None if credentials is None else credentials.identity_id,
        user_sub=None if signed_in is None else signed_in.user_id,
        credentials_error=error,
    )


@public
def get_current_user(*, session: Session | None = None) -> AuthUser:
    """Who is signed in.

    Nothing is sent, unless the tokens must be refreshed, or ``reauthenticate`` signs a user in.

    Args:
        session: The session; default: the default session.

    Returns:
        The user's names, and how the user signed in.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthError: The tokens have expired and could not be refreshed; as `fetch_auth_session`.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: none, or ``GetTokensFromRefreshToken``.
    """
    signed_in = require_user(state_of(session).user)
    return AuthUser(username=signed_in.username, user_id=signed_in.user_id, sign_in_details=signed_in.details)
