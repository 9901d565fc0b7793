"""GlobalSignOut, RevokeToken, GetTokensFromRefreshToken: the tokens after a sign-in.

Never here: how a token is made or checked.
"""

from datetime import timedelta
from typing import Final

from ..request import Call, CognitoError, Members, Response, check_client_secret, number, section, unverified_claims
from ..state import RefreshToken
from ..tokens import issue_refresh, refreshed, revoke_family, revoke_user, verify_access, verify_refresh
from .registry import operation

# RetryGracePeriodSeconds by botocore's model: 0 to 60.
_LONGEST_GRACE: Final = 60


@operation("GlobalSignOut", required=("AccessToken",))
def global_sign_out(call: Call) -> Response:
    """Revoke every token of the user, of every client."""
    revoke_user(call.pool, call.state, verify_access(call).user)
    return {}


@operation("RevokeToken", required=("Token", "ClientId"), optional=("ClientSecret", "RevokeAssociatedSessions"))
def revoke_token(call: Call) -> Response:
    """Revoke a refresh token and every token of its sign-in. Other sign-ins stay.

    A token that is unknown, revoked or expired is not an error, because it cannot be used (RFC 7009 section 2.2).
    ``RevokeAssociatedSessions`` concerns sessions of managed login, which is not simulated.
    """
    token = call.text("Token")
    # The exceptions are from botocore's model; their words are unverified.
    check_client_secret(call, "UnauthorizedException")
    if call.client.extended_config.get("EnableTokenRevocation") is False:
        raise CognitoError("UnsupportedOperationException", "Token revocation is not enabled for this client.")
    if "token_use" in unverified_claims(token):
        raise CognitoError("UnsupportedTokenTypeException", "Only refresh tokens can be revoked.")
    known = call.state.refresh_tokens.get(token)
    client_id, family = (known.client_id, known.origin_jti) if known else _issued_by_moto(call, token)
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
def get_tokens_from_refresh_token(call: Call) -> Response:
    """Issue new access and ID tokens. If the client rotates refresh tokens, also a new refresh token."""
    check_client_secret(call, "NotAuthorizedException")
    user, refresh = verify_refresh(call, call.text("RefreshToken"), device_key=call.optional_text("DeviceKey"))
    rotation = section(call.client.extended_config, "RefreshTokenRotation")
    if rotation.get("Feature") != "ENABLED":
        return {"AuthenticationResult": refreshed(call, user, call.client, refresh)}
    _check_not_reused(call, refresh, rotation)
    successor = issue_refresh(call, user, call.client, successor_of=refresh)
    # A retry within the grace period does not make the period longer.
    refresh.replaced_at = refresh.replaced_at or call.now
    result = refreshed(call, user, call.client, successor)
    return {"AuthenticationResult": {**result, "RefreshToken": successor.value}}


def _check_not_reused(call: Call, refresh: RefreshToken, rotation: Members) -> None:
    if refresh.replaced_at is None:
        return
    grace = min(number(rotation, "RetryGracePeriodSeconds"), _LONGEST_GRACE)
    if call.now >= refresh.replaced_at + timedelta(seconds=grace):
        # The exception is from botocore's model; the words are unverified.
        raise CognitoError("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.")


def _issued_by_moto(call: Call, token: str) -> tuple[str | None, str | None]:
    issued = call.pool.refresh_tokens.get(token)
    return (issued[0], issued[2]) if issued else (None, None)
