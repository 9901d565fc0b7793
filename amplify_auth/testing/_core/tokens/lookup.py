"""The records of tokens by their values, also of tokens that plain moto issued.

Plain moto issues a token if ``mock_aws`` alone answers before ``mock_cognito`` is entered, in the same world. Such a
token gets a record when it is first used, and its life begins then: moto's own times do not follow the clock of tests.

Never here: a check of a token.
"""

from datetime import timedelta
from typing import cast

from ..accounts import find
from ..request import Call, token_lifetime, unverified_claims
from ..state import AccessToken, RefreshToken


def access_token(call: Call, value: str) -> AccessToken | None:
    """The record of an access token; None if neither the test bed nor moto issued it."""
    known = call.state.access_tokens.get(value)
    issued_by_moto, claims = call.pool.access_tokens.get(value), unverified_claims(value)
    if known is not None or issued_by_moto is None or not claims:
        return known
    client_id, name = issued_by_moto
    token = AccessToken(
        client_id=client_id,
        username=name,
        sub=str(claims["sub"]),
        origin_jti=str(claims.get("origin_jti", "")),
        issued_at=call.now,
        expires_at=call.now + timedelta(seconds=cast(int, claims["exp"]) - cast(int, claims["iat"])),
        scope=str(claims.get("scope", "")),
    )
    call.state.access_tokens[value] = token
    return token


def refresh_token(call: Call, value: str) -> RefreshToken | None:
    """The record of a refresh token; None if neither the test bed nor moto issued it."""
    known, issued_by_moto = call.state.refresh_tokens.get(value), call.pool.refresh_tokens.get(value)
    user = None if known is not None or issued_by_moto is None else find(call.pool, issued_by_moto[1])
    if user is None or issued_by_moto is None:
        return known
    client_id, _, origin_jti = issued_by_moto
    token = RefreshToken(
        value=value,
        client_id=client_id,
        username=user.username,
        sub=user.id,
        origin_jti=origin_jti,
        issued_at=call.now,
        expires_at=call.now + timedelta(seconds=token_lifetime(call.pool.clients[client_id], "Refresh")),
        auth_time=call.now,
    )
    call.state.refresh_tokens[value] = token
    return token
