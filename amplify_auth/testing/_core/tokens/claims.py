"""What access and ID tokens say, the pre-token-generation trigger's wishes included. Never here: keys, lifetimes."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

import attrs

from amplify_auth.testing._core import triggers
from amplify_auth.testing._core.accounts.users import attributes_of, is_true
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.settings import names, section
from amplify_auth.testing._core.state.store import RefreshToken

_SCOPE: Final = "aws.cognito.signin.user.admin"
# What a trigger may not touch: https://docs.aws.amazon.com/cognito/latest/developerguide/
# user-pool-lambda-pre-token-generation.html
_PROTECTED: Final = frozenset(
    [
        "acr",
        "amr",
        "at_hash",
        "auth_time",
        "azp",
        "client_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
        "username",
        "cognito:username",
        "version",
    ]
)


@attrs.define(kw_only=True)
class Claims:
    """Claims of both tokens but ``iat``, ``exp`` and ``jti``."""

    access: dict[str, Any] = attrs.field(repr=False)
    identity: dict[str, Any] = attrs.field(repr=False)


def claims_for(call: Call, user: Any, client: Any, refresh: RefreshToken, *, source: str) -> Claims:
    """The claims of a user's tokens.

    Args:
        call: The request.
        user: moto's user.
        client: moto's app client.
        refresh: The sign-in the tokens belong to.
        source: ``triggerSource`` for the trigger.

    Raises:
        CognitoError: The trigger raised, or answered with no event.
    """
    groups = sorted(user.groups, key=lambda group: (group.precedence is None, group.precedence, group.group_name))
    common: dict[str, Any] = {
        "sub": user.id,
        "iss": issuer(call.pool),
        "origin_jti": refresh.origin_jti,
        "event_id": str(uuid.uuid4()),
        "auth_time": int(refresh.auth_time.timestamp()),
    }
    if groups:
        common["cognito:groups"] = [group.group_name for group in groups]
    access = {
        **common,
        "token_use": "access",
        "client_id": client.id,
        "username": user.username,
        "scope": _SCOPE,
    }
    if refresh.device_key is not None:
        access["device_key"] = refresh.device_key
    identity = {**common, "token_use": "id", "aud": client.id, "cognito:username": user.username}
    identity.update(_readable(user, client))
    roles = [group.role_arn for group in groups if group.role_arn]
    if roles:
        identity["cognito:roles"] = roles
        identity["cognito:preferred_role"] = roles[0]
    claims = Claims(access=access, identity=identity)
    _customize(call, user, client, claims, roles, source)
    return claims


def issuer(pool: Any) -> str:
    """``iss`` of a pool's tokens."""
    suffix = "amazonaws.com.cn" if pool.region.startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{pool.region}.{suffix}/{pool.id}"


def _readable(user: Any, client: Any) -> dict[str, Any]:
    allowed = client.extended_config.get("ReadAttributes")
    found: dict[str, Any] = {}
    for name, value in attributes_of(user).items():
        if name == "sub" or name.startswith("dev:") or (allowed and name not in allowed):
            continue
        # Recorded: email_verified is a boolean in an ID token, https://github.com/floci-io/floci/issues/984
        found[name] = is_true(value) if name.endswith("_verified") else value
    return found


def _customize(call: Call, user: Any, client: Any, claims: Claims, roles: list[str], source: str) -> None:
    groups = list(claims.access.get("cognito:groups", ()))
    response = triggers.run(
        call,
        "pre_token_generation",
        source,
        username=user.username,
        client_id=client.id,
        request={
            "userAttributes": triggers.user_attributes(user),
            "groupConfiguration": {
                "groupsToOverride": groups,
                "iamRolesToOverride": roles,
                "preferredRole": roles[0] if roles else None,
            },
            "scopes": claims.access["scope"].split(),
            "clientMetadata": call.metadata(),
        },
        response={"claimsOverrideDetails": None, "claimsAndScopeOverrideDetails": None},
    )
    if response is None:
        return
    # Version 1 of the event speaks of the ID token, version 2 of both; whichever the callable filled counts.
    first, second = section(response, "claimsOverrideDetails"), section(response, "claimsAndScopeOverrideDetails")
    _override(claims.identity, first)
    _override(claims.identity, section(second, "idTokenGeneration"))
    _override(claims.access, section(second, "accessTokenGeneration"))
    _override_scopes(claims.access, section(second, "accessTokenGeneration"))
    _override_groups(claims, section(first, "groupOverrideDetails") or section(second, "groupOverrideDetails"))


def _override(claims: dict[str, Any], wishes: Mapping[str, Any]) -> None:
    for name, value in section(wishes, "claimsToAddOrOverride").items():
        if name not in _PROTECTED:
            claims[name] = value
    for name in names(wishes, "claimsToSuppress"):
        if name not in _PROTECTED:
            claims.pop(name, None)


def _override_scopes(access: dict[str, Any], wishes: Mapping[str, Any]) -> None:
    suppressed = names(wishes, "scopesToSuppress")
    scopes = [scope for scope in access["scope"].split() if scope not in suppressed]
    scopes += [scope for scope in names(wishes, "scopesToAdd") if scope not in scopes]
    access["scope"] = " ".join(scopes)


def _override_groups(claims: Claims, wishes: Mapping[str, Any]) -> None:
    groups = wishes.get("groupsToOverride")
    if groups is not None:
        for token in (claims.access, claims.identity):
            token["cognito:groups"] = list(groups)
    if wishes.get("iamRolesToOverride") is not None:
        claims.identity["cognito:roles"] = list(wishes["iamRolesToOverride"])
    if wishes.get("preferredRole") is not None:
        claims.identity["cognito:preferred_role"] = wishes["preferredRole"]
