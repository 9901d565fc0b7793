"""`sign_out`: first this session forgets the user, then Cognito is asked to revoke the tokens.

What could not be done is tried again by the next sign-out of the session.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import attrs

from .. import _arguments as arguments
from .._cognito import call, check_can_send, says_outcome_is_unknown
from .._events import AuthEvent
from .._public_call import public
from .._renewal import TokenRefresher, may_pass
from .._session import Session, State
from .._values import AuthConfig, SignedIn, SignOutOutput, UnfinishedSignOut, decode_jwt_payload
from ..errors import AccessTokenRevoked, AuthError, AuthServiceError, AuthStateError
from .configure import state_of

logger = logging.getLogger("amplify_auth")

_MOST_UNFINISHED = 10
"""Former users of one session whose tokens are tried to be revoked again: older ones are given up."""
_SIGN_IN_FIRST = (
    "The tokens of this session are revoked. To end the user's other sessions, sign in, and then call "
    "sign_out(global_sign_out=True)."
)


@public
def sign_out(
    *, global_sign_out: bool = False, revoke_associated_sessions: bool = False, session: Session | None = None
) -> SignOutOutput:
    """Sign the user out.

    In every case this session forgets the user, a sign-in that waits and an automatic one. It keeps the keys of
    registered devices. If no user is signed in and nothing is left of a former sign-out, nothing is sent.

    If the tokens could not be revoked (no network), the next call tries again, also when no user is signed in. What
    Cognito refused for good is not tried again: the call reports it again, until a user signs in. For that the former
    user's tokens stay in memory, but not in the storage: after the end of the process they cannot be revoked any more.

    Args:
        global_sign_out: False: revoke this session's refresh token, and with it its access tokens. True: end all of
            the user's sessions, with a new access token if the old one has expired. If that fails, this session's
            refresh token is revoked.
        revoke_associated_sessions: True: also end the session of the managed login that this sign-in came from, without
            a browser, so that the next sign-in there asks for the password again. Cognito does so if the pool tracks
            sessions. It may take some seconds. With ``global_sign_out`` both are asked for, the global one first; it
            is not documented what Cognito does then.
        session: The session; default: the default session.

    Returns:
        ``is_complete`` is True if Cognito confirmed what was asked, now or before. The errors say why not.

    Raises:
        AuthValidationError: An argument is not a bool; nothing was done.
        AuthError: The session's storage still holds the user's tokens; all else is done.
        AuthConfigurationError: The installed botocore is too old for ``revoke_associated_sessions``; nothing was done,
            the user is still signed in. Or no session is given, and `configure` made no default.

    Cognito operations: ``RevokeToken`` or ``GlobalSignOut``; ``GetTokensFromRefreshToken`` before the latter if the
    access token has expired.
    """
    everywhere = bool(arguments.flag(global_sign_out, "global_sign_out"))
    with_associated = bool(arguments.flag(revoke_associated_sessions, "revoke_associated_sessions"))
    state = state_of(session)
    if with_associated:  # what can never work is refused before the tokens that it needs are forgotten
        check_can_send(state.config, "RevokeToken", "RevokeAssociatedSessions")
    former_user = state.clear()
    storage_error: AuthError | None = None
    try:
        stored = state.store.forget()
    except AuthError as error:
        storage_error = error
    else:
        if former_user is not None and stored is not None and stored.user_id == former_user.user_id:
            former_user = stored  # another process may have renewed the tokens
    output = _finish(state, former_user, everywhere, with_associated)
    state.listeners.dispatch(AuthEvent(name="signed_out", username=former_user and former_user.username))
    if storage_error is not None:
        raise storage_error
    return output


def _finish(state: State, former_user: SignedIn | None, everywhere: bool, with_associated: bool) -> SignOutOutput:
    """Do at Cognito what is left to do, for this user and for former ones, one sign-out at a time."""
    with state.sign_out_lock:
        waiting = state.unfinished_sign_outs
        if former_user is not None:
            waiting = (*filter(_is_worth_another_try, waiting), UnfinishedSignOut(user=former_user))
        if with_associated:
            waiting = tuple(attrs.evolve(item, with_associated=True) for item in waiting)
        state.unfinished_sign_outs = waiting  # an interrupt of what follows loses nothing
        tried = [_try(state.config, item, everywhere) for item in waiting]
        left = [item for item in tried if not item.is_done]
        if len(left) > _MOST_UNFINISHED:
            logger.warning("%s former users' tokens cannot be revoked any more.", len(left) - _MOST_UNFINISHED)
        state.unfinished_sign_outs = tuple(left[-_MOST_UNFINISHED:])
    return _output(tried, everywhere)


def _output(tried: Sequence[UnfinishedSignOut], everywhere: bool) -> SignOutOutput:
    newest_first = tried[::-1]
    revoke_errors = [item.revoke_token_error for item in newest_first if item.revoke_token_error is not None]
    global_errors = [item.global_sign_out_error for item in newest_first if item.global_sign_out_error is not None]
    failures = (*revoke_errors, *(global_errors if everywhere else ()))
    return SignOutOutput(
        is_complete=not failures,
        global_sign_out_error=next(iter(global_errors), None) if everywhere else None,
        revoke_token_error=next(iter(revoke_errors), None),
    )


def _is_worth_another_try(item: UnfinishedSignOut) -> bool:
    """False if this was refused for good, or nothing can be done any more: the caller knows it then."""
    return not (item.is_revoked or isinstance(item.revoke_token_error, AuthStateError) or _is_refused(item))


def _is_refused(item: UnfinishedSignOut) -> bool:
    return _is_final(item.revoke_token_error)


def _is_final(error: AuthError | None) -> bool:
    return isinstance(error, AuthServiceError) and not may_pass(error)


def _try(config: AuthConfig, item: UnfinishedSignOut, everywhere: bool) -> UnfinishedSignOut:
    if item.is_revoked:  # with it the access token is, so other sessions cannot be ended with it any more
        return item
    failure: AuthError | None = None
    if everywhere and not item.is_ended_everywhere:
        user, failure = _with_living_token(config, item.user)
        failure = failure or _end_all(config, user.tokens.access_token, item.global_sign_out_error)
        item = attrs.evolve(item, user=user, global_sign_out_error=failure)
        if failure is None:
            item = attrs.evolve(item, is_ended_everywhere=True, revoke_token_error=None)
            if not item.with_associated:
                return attrs.evolve(item, is_revoked=True)
    item = item if _is_refused(item) else _revoke_tokens(config, item)
    if item.is_revoked and failure is not None:
        item = attrs.evolve(item, global_sign_out_error=_for_good(failure))
    return item


def _end_all(config: AuthConfig, access_token: str, before: AuthError | None) -> AuthError | None:
    """Send ``GlobalSignOut``, and once more if its answer was lost: if the first one did it, the token is revoked now.

    Args:
        config: The session's configuration.
        access_token: A token of the user.
        before: What an earlier try failed with.
    """
    for _ in range(2):
        failure = _attempt(config, "GlobalSignOut", AccessToken=access_token)
        if isinstance(failure, AccessTokenRevoked) and before is not None and says_outcome_is_unknown(before):
            return None
        if failure is None or not says_outcome_is_unknown(failure):
            return failure
        before = failure
    return before


def _for_good(failure: AuthError) -> AuthError:
    """``failure`` of ``GlobalSignOut``, once the token is revoked that it could be tried again with."""
    if not failure.is_retryable:
        return failure
    return failure.evolve(recovery_suggestion=_SIGN_IN_FIRST, is_retryable=False)


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


def _revoke_tokens(config: AuthConfig, item: UnfinishedSignOut) -> UnfinishedSignOut:
    """Revoke the tokens, and the linked session if that is asked for: without it if Cognito refuses that for good."""
    error = _revoke(config, item.user, with_associated=item.with_associated)
    is_revoked = error is None
    if item.with_associated and _is_final(error):
        of_tokens = None if item.is_ended_everywhere else _revoke(config, item.user)
        is_revoked, error = of_tokens is None, of_tokens or error
    return attrs.evolve(item, is_revoked=is_revoked, revoke_token_error=error)


def _revoke(config: AuthConfig, user: SignedIn, *, with_associated: bool = False) -> AuthError | None:
    """Revoke the refresh token, and with it the access token, unless both have expired.

    Cognito can do so only if it has marked the tokens (``origin_jti``).
    """
    token = user.tokens.refresh_token
    if token is None:
        return (
            None
            if user.tokens.is_expired and not with_associated
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
        config,
        "RevokeToken",
        ClientId=config.user_pool_client_id,
        ClientSecret=config.client_secret,
        Token=token,
        RevokeAssociatedSessions="LINKED" if with_associated else None,
    )


def _attempt(config: AuthConfig, operation: str, **parameters: str | None) -> AuthError | None:
    try:
        call(config, operation, **parameters)
    except AuthError as error:
        logger.warning("%s failed (%s): tokens may still be good at Cognito.", operation, error.name)
        return error
    return None
