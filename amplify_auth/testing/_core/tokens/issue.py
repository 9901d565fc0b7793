"""New access, ID and refresh tokens, signed with the key of moto's pools.

Every token is also entered into moto's own tables, so that an administrator's operations that moto answers act on it.

Never here: who may have tokens.
"""

import secrets
import uuid
from datetime import timedelta

from joserfc import jwt

from ..._moto import MotoClient, MotoUser
from ..request import Call, Response, token_lifetime
from ..state import AccessToken, RefreshToken
from .claims import Claims, claims_for


def sign_in_result(
    call: Call,
    user: MotoUser,
    client: MotoClient,
    *,
    device_key: str | None = None,
    source: str = "TokenGeneration_Authentication",
) -> Response:
    """``AuthenticationResult`` of a sign-in that was proven: all three tokens.

    Args:
        call: The request that completes the sign-in.
        user: The user.
        client: The app client.
        device_key: The device of the sign-in, for the claim ``device_key``.
        source: ``triggerSource`` for the pre-token-generation trigger.
    """
    refresh = issue_refresh(call, user, client, device_key=device_key)
    return {**refreshed(call, user, client, refresh, source=source), "RefreshToken": refresh.value}


def refreshed(
    call: Call,
    user: MotoUser,
    client: MotoClient,
    refresh: RefreshToken,
    *,
    source: str = "TokenGeneration_RefreshTokens",
) -> Response:
    """``AuthenticationResult`` without a refresh token: a new access token and a new ID token of the same sign-in."""
    claims = claims_for(call, user, client, refresh, source=source)
    access_seconds, id_seconds = token_lifetime(client, "Access"), token_lifetime(client, "Id")
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


def _sign(call: Call, claims: Response, seconds: int) -> str:
    now = int(call.now.timestamp())
    payload: Response = {**claims, "iat": now, "exp": now + seconds, "jti": str(uuid.uuid4())}
    # moto publishes the key under this kid at /.well-known/jwks.json.
    return jwt.encode({"kid": "dummy", "alg": "RS256"}, payload, call.pool.json_web_key)


def issue_refresh(
    call: Call,
    user: MotoUser,
    client: MotoClient,
    *,
    device_key: str | None = None,
    successor_of: RefreshToken | None = None,
) -> RefreshToken:
    """A new refresh token.

    Args:
        call: The request.
        user: The user.
        client: The app client.
        device_key: The device that the token is bound to, if any.
        successor_of: The token that rotation replaces. The new token belongs to the same sign-in and expires at the
            same time.
    """
    old = successor_of
    token = RefreshToken(
        value=secrets.token_urlsafe(120),
        client_id=client.id,
        username=user.username,
        sub=user.id,
        origin_jti=old.origin_jti if old else str(uuid.uuid4()),
        issued_at=call.now,
        expires_at=old.expires_at if old else call.now + timedelta(seconds=token_lifetime(client, "Refresh")),
        auth_time=old.auth_time if old else call.now,
        device_key=old.device_key if old else device_key,
    )
    call.state.refresh_tokens[token.value] = token
    call.pool.refresh_tokens[token.value] = (client.id, user.username, token.origin_jti)
    return token
