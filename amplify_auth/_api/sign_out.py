"""`sign_out`: first this session forgets the user, then Cognito is asked to revoke the tokens."""

from __future__ import annotations

import logging

from .. import _arguments as arguments
from .._cognito import call
from .._events import AuthEvent
from .._public_call import public
from .._renewal import TokenRefresher
from .._session import Session
from .._values import AuthConfig, SignedIn, SignOutOutput, decode_jwt_payload
from ..errors import AuthError, AuthStateError
from .configure import state_of

logger = logging.getLogger("amplify_auth")


@public
def sign_out(*, global_sign_out: bool = False, session: Session | None = None) -> SignOutOutput:
    """Sign the user out.

    In every case this session forgets the user, a sign-in that waits and an automatic one. It keeps the keys of
    registered devices. If no user is signed in, nothing is sent.

    Args:
        global_sign_out: False: revoke this session's refresh token, and with it its access tokens. True: end all of
            the user's sessions, with a new access token if the old one has expired. If that fails, this session's
            refresh token is revoked.
        session: The session; default: the default session.

    Returns:
        ``is_complete`` is True if Cognito confirmed what was asked. The errors say why not.

    Raises:
        AuthValidationError: ``global_sign_out`` is not a bool; nothing was done.
        AuthError: The session's storage still holds the user's tokens; all else is done.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operations: ``RevokeToken`` or ``GlobalSignOut``; ``GetTokensFromRefreshToken`` before the latter if the
    access token has expired.
    """
    everywhere = bool(arguments.flag(global_sign_out, "global_sign_out"))
    state = state_of(session)
    former_user = state.clear()
    storage_error: AuthError | None = None
    try:
        state.store.forget()
    except AuthError as error:
        storage_error = error
    output = _sign_out(state.config, former_user, everywhere)
    state.listeners.dispatch(AuthEvent(name="signed_out", username=former_user and former_user.username))
    if storage_error is not None:
        raise storage_error
    return output


def _sign_out(config: AuthConfig, user: SignedIn | None, global_sign_out: bool) -> SignOutOutput:
    if user is None:
        return SignOutOutput(is_complete=True)
    if not global_sign_out:
        error = _revoke(config, user)
        return SignOutOutput(is_complete=error is None, revoke_token_error=error)
    user, failure = _with_living_token(config, user)
    failure = failure or _attempt(config, "GlobalSignOut", AccessToken=user.tokens.access_token)
    if failure is None:
        return SignOutOutput(is_complete=True)
    error = _revoke(config, user)
    return SignOutOutput(is_complete=False, global_sign_out_error=failure, revoke_token_error=error)


def _with_living_token(config: AuthConfig, user: SignedIn) -> tuple[SignedIn, AuthError | None]:
    """``user`` with an access token that Cognito accepts, and the error if there is no such token."""
    if not user.tokens.is_expired or user.tokens.refresh_token is None:
        return user, None
    newest = [user]
    try:
        return TokenRefresher(config)(user, None, newest.append).value, None
    except AuthError as error:
        logger.warning("GlobalSignOut was not tried: the expired access token was not renewed (%s).", error.name)
        return newest[-1], error


def _revoke(config: AuthConfig, user: SignedIn) -> AuthError | None:
    """Revoke the refresh token, and with it the access token, unless both have expired.

    Cognito can do so only if it has marked the tokens (``origin_jti``).
    """
    token = user.tokens.refresh_token
    if token is None:
        return (
            None
            if user.tokens.is_expired
            else AuthStateError(
                "The access token cannot be revoked: the session has no refresh token to revoke it with.",
                name="TokenRevocationImpossible",
                recovery_suggestion="Use global_sign_out=True, or let the token expire.",
            )
        )
    if not decode_jwt_payload(user.tokens.access_token).get("origin_jti"):
        return AuthStateError(
            "The refresh token cannot be revoked: token revocation is not enabled for the app client.",
            name="TokenRevocationDisabled",
            recovery_suggestion="Enable token revocation for the client, or use global_sign_out=True.",
        )
    return _attempt(
        config, "RevokeToken", ClientId=config.user_pool_client_id, ClientSecret=config.client_secret, Token=token
    )


def _attempt(config: AuthConfig, operation: str, **parameters: str | None) -> AuthError | None:
    try:
        call(config, operation, **parameters)
    except AuthError as error:
        logger.warning("%s failed (%s): tokens may still be good at Cognito.", operation, error.name)
        return error
    return None
