"""Access, ID and refresh tokens: minted with moto's pool key, checked, refreshed, revoked.

Every token is entered into moto's own tables too, so that moto's admin operations (a global sign-out, a refresh by
AdminInitiateAuth) act on it, and tokens those operations minted are accepted here. Never here: who may have tokens.
"""

import secrets
import uuid
from datetime import timedelta
from typing import Any, Final

import attrs

from amplify_auth.testing._core.accounts.users import check_enabled, check_usable, find
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import not_authorized, user_not_found
from amplify_auth.testing._core.request.lifetimes import lifetime
from amplify_auth.testing._core.state.store import AccessToken, PoolState, RefreshToken, UserState, user_state
from amplify_auth.testing._core.tokens.claims import Claims, claims_for
from amplify_auth.testing._core.tokens.lookup import access_token, refresh_token

SELF_SERVICE: Final = "aws.cognito.signin.user.admin"
INVALID_REFRESH: Final = "Invalid Refresh Token"


@attrs.frozen(kw_only=True)
class SignedIn:
    """Who sends a request that carries an access token."""

    user: Any
    state: UserState
    client: Any
    token: AccessToken


def verify_access(call: Call) -> SignedIn:
    """Who the request's ``AccessToken`` belongs to; ``call.pool`` is the user's pool.

    Raises:
        CognitoError: ``NotAuthorizedException`` for a token that is foreign, too old or revoked, or whose user is
            disabled; ``UserNotFoundException`` once the user is deleted; ``UserNotConfirmedException`` and
            ``PasswordResetRequiredException`` by the user's status.
    """
    value = str(call.required("AccessToken"))
    pool = call.pool
    token = access_token(call, value)
    # Recorded in amplify-js issues 2205 (revoked) and 469 (scopes), amplify-android issue 2481 (expired); that a
    # token nobody issued is invalid in these words is unverified.
    if token is None:
        raise not_authorized("Invalid Access Token")
    if token.revoked or value not in pool.access_tokens:
        raise not_authorized("Access Token has been revoked")
    if call.now >= token.expires_at:
        raise not_authorized("Access Token has expired")
    if SELF_SERVICE not in token.scope.split():
        raise not_authorized("Access Token does not have required scopes")
    user = find(pool, token.username)
    client = pool.clients.get(token.client_id)
    if user is None or client is None or user.id != token.sub:
        raise user_not_found()
    check_usable(user)
    return SignedIn(user=user, state=user_state(pool, user), client=client, token=token)


def sign_in(
    call: Call,
    user: Any,
    client: Any,
    *,
    device_key: str | None = None,
    source: str = "TokenGeneration_Authentication",
) -> dict[str, Any]:
    """``AuthenticationResult`` of a sign-in that was proven: all three tokens.

    Args:
        call: The request that completes the sign-in.
        user: moto's user.
        client: moto's app client.
        device_key: The device signed in with, for the token's ``device_key`` claim.
        source: ``triggerSource`` for the pre-token-generation trigger.
    """
    refresh = issue_refresh(call, user, client, device_key=device_key)
    return {**refreshed(call, user, client, refresh, source=source), "RefreshToken": refresh.value}


def refreshed(
    call: Call,
    user: Any,
    client: Any,
    refresh: RefreshToken,
    *,
    source: str = "TokenGeneration_RefreshTokens",
) -> dict[str, Any]:
    """``AuthenticationResult`` without a refresh token: new access and ID tokens of the same family."""
    claims = claims_for(call, user, client, refresh, source=source)
    access_seconds, id_seconds = lifetime(client, "Access"), lifetime(client, "Id")
    access = _sign(call, claims.access, access_seconds)
    identity = _sign(call, claims.identity, id_seconds)
    _enter(call, access, claims, refresh, access_seconds)
    call.pool.id_tokens[identity] = (client.id, user.username)
    return {"AccessToken": access, "IdToken": identity, "ExpiresIn": access_seconds, "TokenType": "Bearer"}


def _enter(call: Call, value: str, claims: Claims, refresh: RefreshToken, seconds: int) -> None:
    call.state.access_tokens[value] = AccessToken(
        client_id=refresh.client_id,
        username=refresh.username,
        sub=str(claims.access["sub"]),
        origin_jti=refresh.origin_jti,
        issued_at=call.now,
        expires_at=call.now + timedelta(seconds=seconds),
        scope=str(claims.access["scope"]),
        device_key=refresh.device_key,
    )
    call.pool.access_tokens[value] = (refresh.client_id, refresh.username)


def _sign(call: Call, claims: dict[str, Any], seconds: int) -> str:
    from joserfc import jwt

    now = int(call.now.timestamp())
    payload = {**claims, "iat": now, "exp": now + seconds, "jti": str(uuid.uuid4())}
    # The kid under which moto publishes the key at /.well-known/jwks.json.
    return jwt.encode({"kid": "dummy", "alg": "RS256"}, payload, call.pool.json_web_key)


def issue_refresh(
    call: Call,
    user: Any,
    client: Any,
    *,
    device_key: str | None = None,
    successor_of: RefreshToken | None = None,
) -> RefreshToken:
    """A new refresh token.

    Args:
        call: The request.
        user: moto's user.
        client: moto's app client.
        device_key: The device it is bound to, if any.
        successor_of: The token that rotation replaces: the new one belongs to the same family and lives no longer
            than the old one would have.
    """
    old = successor_of
    token = RefreshToken(
        value=secrets.token_urlsafe(120),
        client_id=client.id,
        username=user.username,
        sub=user.id,
        origin_jti=old.origin_jti if old else str(uuid.uuid4()),
        issued_at=call.now,
        expires_at=old.expires_at if old else call.now + timedelta(seconds=lifetime(client, "Refresh")),
        auth_time=old.auth_time if old else call.now,
        device_key=old.device_key if old else device_key,
    )
    call.state.refresh_tokens[token.value] = token
    call.pool.refresh_tokens[token.value] = (client.id, user.username, token.origin_jti)
    return token


def find_refresh(call: Call, value: str, *, device_key: str | None = None) -> tuple[Any, RefreshToken]:
    """The user and record of a refresh token sent through ``call.client``. Rotation is the caller's matter.

    Args:
        call: The request; its ``ClientId`` must be the client the token was issued to.
        value: The refresh token.
        device_key: The device the request names; must be the token's when the token is bound to one.

    Raises:
        CognitoError: ``NotAuthorizedException``: unknown, another client's or device's, revoked, too old, or of a
            disabled user; ``UserNotFoundException`` once the user is deleted.
    """
    token = refresh_token(call, value)
    # Sources: https://repost.aws/knowledge-center/cognito-invalid-refresh-token-error (other client, device),
    # https://github.com/aws-amplify/amplify-swift/issues/3344 (revoked).
    if token is None or token.client_id != call.client.id:
        raise not_authorized(INVALID_REFRESH)
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
            raise not_authorized(INVALID_REFRESH)
    return user, token


def revoke_family(pool: Any, state: PoolState, origin_jti: str) -> None:
    """Revoke a sign-in: its refresh tokens, and the access tokens they gave."""
    for value, refresh in state.refresh_tokens.items():
        if refresh.origin_jti == origin_jti:
            refresh.revoked = True
            pool.refresh_tokens[value] = None
    for value, access in state.access_tokens.items():
        if access.origin_jti == origin_jti:
            access.revoked = True
            pool.access_tokens.pop(value, None)


def revoke_user(pool: Any, state: PoolState, user: Any) -> None:
    """Revoke every token of a user: a global sign-out, or the user's end."""
    names = {user.username, *map(str, user.attribute_lookup.values())}
    families = {held[2] for held in pool.refresh_tokens.values() if held is not None and held[1] in names}
    families |= {token.origin_jti for token in state.refresh_tokens.values() if token.username == user.username}
    for origin_jti in families:
        revoke_family(pool, state, origin_jti)
    for value, (_, name) in list(pool.access_tokens.items()):
        if name in names:
            pool.access_tokens.pop(value)
    for value, held in list(pool.refresh_tokens.items()):
        if held is not None and held[1] in names:
            pool.refresh_tokens[value] = None
