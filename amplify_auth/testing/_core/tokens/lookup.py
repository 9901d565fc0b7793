"""Tokens moto minted, for AdminInitiateAuth for instance, taken into the test bed's records. Never here: a check."""

from datetime import timedelta
from typing import Any

from amplify_auth.testing._core.accounts.users import find
from amplify_auth.testing._core.request.call import Call, unverified_claims
from amplify_auth.testing._core.request.lifetimes import lifetime
from amplify_auth.testing._core.state.store import AccessToken, RefreshToken


def adopt(call: Call) -> None:
    """Take in what moto minted while it answered this call. Hold the pool's lock.

    moto stamps its tokens by a clock nobody moves; taken in at once, they age from now on like all others. Those
    not taken in age from their first use.
    """
    for value in [*call.pool.access_tokens]:
        access_token(call, value)
    for value in [*call.pool.refresh_tokens]:
        refresh_token(call, value)


def access_token(call: Call, value: str) -> AccessToken | None:
    """The record of an access token, moto's own included; None for one nobody here issued."""
    known = call.state.access_tokens.get(value)
    held, claims = call.pool.access_tokens.get(value), unverified_claims(value)
    if known is not None or held is None or not claims:
        return known
    client_id, name = held
    token = AccessToken(
        client_id=client_id,
        username=name,
        sub=str(claims["sub"]),
        origin_jti=str(claims.get("origin_jti", "")),
        issued_at=call.now,
        expires_at=call.now + timedelta(seconds=claims["exp"] - claims["iat"]),
        scope=str(claims.get("scope", "")),
    )
    call.state.access_tokens[value] = token
    return token


def refresh_token(call: Call, value: str) -> RefreshToken | None:
    """The record of a refresh token, moto's own included; None for one nobody here issued."""
    known, held = call.state.refresh_tokens.get(value), call.pool.refresh_tokens.get(value)
    user: Any = None if known is not None or held is None else find(call.pool, held[1])
    if user is None or held is None:
        return known
    client_id, _, origin_jti = held
    token = RefreshToken(
        value=value,
        client_id=client_id,
        username=user.username,
        sub=user.id,
        origin_jti=origin_jti,
        issued_at=call.now,
        expires_at=call.now + timedelta(seconds=lifetime(call.pool.clients[client_id], "Refresh")),
        auth_time=call.now,
    )
    call.state.refresh_tokens[value] = token
    return token
