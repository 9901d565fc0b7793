"""GlobalSignOut, RevokeToken, GetTokensFromRefreshToken: the life of tokens after the sign-in."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call, unverified_claims
from amplify_auth.testing._core.request.errors import CognitoError, not_authorized
from amplify_auth.testing._core.request.settings import section
from amplify_auth.testing._core.state.store import RefreshToken
from amplify_auth.testing._core.tokens.issue import (
    find_refresh,
    issue_refresh,
    refreshed,
    revoke_family,
    revoke_user,
    verify_access,
)

# RetryGracePeriodSeconds by botocore's model: 0 to 60.
_LONGEST_GRACE: Final = 60


@operation("GlobalSignOut", required=("AccessToken",))
def global_sign_out(call: Call) -> dict[str, Any]:
    """Every token of the user dies, on every client; another user's do not."""
    revoke_user(call.pool, call.state, verify_access(call).user)
    return {}


@operation("RevokeToken", required=("Token", "ClientId"), optional=("ClientSecret", "RevokeAssociatedSessions"))
def revoke_token(call: Call) -> dict[str, Any]:
    """A refresh token dies, with every token of its sign-in; other sign-ins stay.

    A token that is unknown, revoked or too old is no error: it cannot be used either way (RFC 7009 section 2.2).
    ``RevokeAssociatedSessions`` is about sessions of managed login, of which there are none here.
    """
    token = str(call.required("Token"))
    # Which exceptions there are is botocore's model's; their words are unverified.
    _check_client_secret(call, "UnauthorizedException")
    if call.client.extended_config.get("EnableTokenRevocation") is False:
        raise CognitoError("UnsupportedOperationException", "Token revocation is not enabled for this client.")
    if "token_use" in unverified_claims(token):
        raise CognitoError("UnsupportedTokenTypeException", "Only refresh tokens can be revoked.")
    held = call.state.refresh_tokens.get(token)
    client_id, family = (held.client_id, held.origin_jti) if held else _held_by_moto(call, token)
    if family is None:
        return {}
    if client_id != call.client.id:
        raise CognitoError("UnauthorizedException", "The token was issued to another client.")
    revoke_family(call.pool, call.state, family)
    return {}


@operation(
    "GetTokensFromRefreshToken",
    required=("RefreshToken", "ClientId"),
    optional=("ClientSecret", "DeviceKey"),
)
def get_tokens_from_refresh_token(call: Call) -> dict[str, Any]:
    """New access and ID tokens and, where the client rotates, a new refresh token for the old one."""
    _check_client_secret(call, "NotAuthorizedException")
    user, refresh = find_refresh(call, str(call.required("RefreshToken")), device_key=call.params.get("DeviceKey"))
    rotation = section(call.client.extended_config, "RefreshTokenRotation")
    if rotation.get("Feature") != "ENABLED":
        return {"AuthenticationResult": refreshed(call, user, call.client, refresh)}
    _check_not_reused(call, refresh, rotation)
    successor = issue_refresh(call, user, call.client, successor_of=refresh)
    # Retries within the grace period do not prolong it.
    refresh.replaced_at = refresh.replaced_at or call.now
    result = refreshed(call, user, call.client, successor)
    return {"AuthenticationResult": {**result, "RefreshToken": successor.value}}


def _check_not_reused(call: Call, refresh: RefreshToken, rotation: Mapping[str, Any]) -> None:
    if refresh.replaced_at is None:
        return
    grace = min(int(rotation.get("RetryGracePeriodSeconds") or 0), _LONGEST_GRACE)
    if call.now >= refresh.replaced_at + timedelta(seconds=grace):
        # The exception is botocore's model's; the words are unverified.
        raise CognitoError("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.")


def _check_client_secret(call: Call, code: str) -> None:
    client, given = call.client, call.params.get("ClientSecret")
    if not call.strict or not client.generate_secret:
        return
    if not hmac.compare_digest(str(client.secret).encode(), str(given).encode()):
        message = f"Unable to verify secret for client {client.id}"  # unverified words
        raise not_authorized(message) if code == "NotAuthorizedException" else CognitoError(code, message)


def _held_by_moto(call: Call, token: str) -> tuple[str | None, str | None]:
    held = call.pool.refresh_tokens.get(token)
    return (held[0], held[2]) if held else (None, None)
