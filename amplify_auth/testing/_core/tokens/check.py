"""The checks of access and refresh tokens in requests.

Never here: a new token.
"""

from typing import Final

import attrs

from ..._moto import MotoClient, MotoUser
from ..accounts import check_enabled, check_usable, find
from ..request import Call, not_authorized, user_not_found
from ..state import AccessToken, RefreshToken, UserState, user_state
from .lookup import access_token, refresh_token

_SELF_SERVICE: Final = "aws.cognito.signin.user.admin"
_INVALID_REFRESH: Final = "Invalid Refresh Token"


@attrs.frozen(kw_only=True)
class SignedIn:
    """The user who sends a request with an access token."""

    user: MotoUser
    state: UserState
    client: MotoClient
    token: AccessToken


def verify_access(call: Call) -> SignedIn:
    """The user of the request's ``AccessToken``; ``call.pool`` is the user's pool.

    Raises:
        CognitoError: ``NotAuthorizedException`` for a token that is foreign, expired or revoked, or for a disabled
            user; ``UserNotFoundException`` for a deleted user; ``UserNotConfirmedException`` and
            ``PasswordResetRequiredException`` by the user's status.
    """
    value = call.text("AccessToken")
    pool = call.pool
    token = access_token(call, value)
    # Recorded in amplify-js issues 2205 (revoked) and 469 (scopes), and amplify-android issue 2481 (expired). The
    # words for a foreign token are unverified.
    if token is None:
        raise not_authorized("Invalid Access Token")
    if token.revoked or value not in pool.access_tokens:
        raise not_authorized("Access Token has been revoked")
    if call.now >= token.expires_at:
        raise not_authorized("Access Token has expired")
    if _SELF_SERVICE not in token.scope.split():
        raise not_authorized("Access Token does not have required scopes")
    user = find(pool, token.username)
    client = pool.clients.get(token.client_id)
    if user is None or client is None or user.id != token.sub:
        raise user_not_found()
    check_usable(user)
    return SignedIn(user=user, state=user_state(pool, user), client=client, token=token)


def verify_refresh(call: Call, value: str, *, device_key: str | None = None) -> tuple[MotoUser, RefreshToken]:
    """The user and the record of a refresh token that ``call.client`` sends. The caller looks after rotation.

    Args:
        call: The request. Its ``ClientId`` must be the client that the token was issued to.
        value: The refresh token.
        device_key: The device in the request. It must be that of the token, if the token has one.

    Raises:
        CognitoError: ``NotAuthorizedException`` for a token that is foreign, expired or revoked, or of another client
            or device, or for a disabled user; ``UserNotFoundException`` for a deleted user.
    """
    token = refresh_token(call, value)
    # Sources: https://repost.aws/knowledge-center/cognito-invalid-refresh-token-error (other client, device),
    # https://github.com/aws-amplify/amplify-swift/issues/3344 (revoked).
    if token is None or token.client_id != call.client.id:
        raise not_authorized(_INVALID_REFRESH)
    if token.revoked or call.pool.refresh_tokens.get(value) is None:
        raise not_authorized("Refresh Token has been revoked")
    if call.now >= token.expires_at:
        raise not_authorized("Refresh Token has expired")
    user = find(call.pool, token.username)
    if user is None or user.id != token.sub:
        raise user_not_found()
    check_enabled(user)
    if call.strict and token.device_key is not None:
        device = user_state(call.pool, user).devices.get(token.device_key)
        if token.device_key != device_key or device is None or not device.confirmed:
            raise not_authorized(_INVALID_REFRESH)
    return user, token
