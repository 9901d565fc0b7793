"""The life of tokens and sign-ins."""

from typing import Any

from tests.support.fidelity_world import World, row, said, shown
from tests.testing.fidelity.signed_in import MISSING, alice


@row(
    "GlobalSignOut: twice",
    plain="NotAuthorizedException: <token>",
    documented="NotAuthorizedException: Access Token has been revoked",
    source="amplify-js#3435",
)
def sign_out_twice(w: World) -> str:
    token = alice(w)
    w.idp.global_sign_out(AccessToken=token)
    return said(w.idp.global_sign_out(AccessToken=token))


@row(
    "RevokeToken: then the access token",
    plain=MISSING,
    documented="NotAuthorizedException: Access Token has been revoked",
    source="bc",
)
def revoke(w: World) -> str:
    alice(w)
    result = w.sign_in()
    w.idp.revoke_token(ClientId=w.client.id, Token=result["RefreshToken"])
    return said(w.idp.get_user(AccessToken=result["AccessToken"]))


@row(
    "RevokeToken: an access token",
    plain=MISSING,
    documented="UnsupportedTokenTypeException",
    source="bc, oidc-client-ts#262 quoting the guide",
)
def revoke_access(w: World) -> str:
    token = alice(w)
    try:
        return said(w.idp.revoke_token(ClientId=w.client.id, Token=token))
    except w.idp.exceptions.UnsupportedTokenTypeException:
        return "UnsupportedTokenTypeException"


def refreshed(w: World, token: str) -> dict[str, Any]:
    result: dict[str, Any] = w.idp.get_tokens_from_refresh_token(ClientId=w.client.id, RefreshToken=token)[
        "AuthenticationResult"
    ]
    return result


@row("GetTokensFromRefreshToken", plain=MISSING, documented="AccessToken, ExpiresIn, IdToken, TokenType", source="bc")
def refresh(w: World) -> str:
    alice(w)
    return said(refreshed(w, w.sign_in()["RefreshToken"]))


@row(
    "GetTokensFromRefreshToken: rotation",
    plain=MISSING,
    documented="AccessToken, ExpiresIn, IdToken, RefreshToken, TokenType",
    source="bc",
)
def rotation(w: World) -> str:
    alice(w, client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    return said(refreshed(w, w.sign_in()["RefreshToken"]))


@row("GetTokensFromRefreshToken: a rotated token", plain=MISSING, documented="RefreshTokenReuseException", source="bc")
def reuse(w: World) -> str:
    alice(w, client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    token = w.sign_in()["RefreshToken"]
    refreshed(w, token)
    try:
        return said(refreshed(w, token))
    except w.idp.exceptions.RefreshTokenReuseException:
        return "RefreshTokenReuseException"


@row("ListUserSessions", plain=MISSING, documented='[["TOKEN", true]]', source="bc")
def sessions(w: World) -> str:
    listed = w.idp.list_user_sessions(AccessToken=alice(w))["Sessions"]
    return shown([[each["SessionType"], each["IsCurrentSession"]] for each in listed])


@row(
    "RevokeUserSession: another sign-in",
    plain=MISSING,
    documented="NotAuthorizedException: Access Token has been revoked",
    source="bc",
)
def revoke_session(w: World) -> str:
    lost, mine = alice(w), w.token()
    listed = w.idp.list_user_sessions(AccessToken=mine)["Sessions"]
    (target,) = [each["SessionId"] for each in listed if not each["IsCurrentSession"]]
    w.idp.revoke_user_session(AccessToken=mine, SessionId=target)
    return said(w.idp.get_user(AccessToken=lost))


@row("UpdateAuthEventFeedback", plain=MISSING, documented="UserPoolAddOnNotEnabledException", source="bc")
def feedback(w: World) -> str:
    alice(w)
    try:
        return said(
            w.idp.update_auth_event_feedback(
                UserPoolId=w.pool_id, Username="alice", EventId="1", FeedbackToken="x", FeedbackValue="Valid"
            )
        )
    except w.idp.exceptions.UserPoolAddOnNotEnabledException:
        return "UserPoolAddOnNotEnabledException"
