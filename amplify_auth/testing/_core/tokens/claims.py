"""The claims of access and ID tokens, with the changes of the pre-token-generation trigger.

Never here: a key or a lifetime.
"""

import uuid
from typing import Final

import attrs

from ..._moto import MotoClient, MotoPool, MotoUser
from .. import triggers
from ..accounts import attributes_for_triggers, attributes_of, is_true
from ..request import Call, Members, Response, names, section
from ..state import RefreshToken

_SCOPE: Final = "aws.cognito.signin.user.admin"
# The claims that a trigger cannot change: https://docs.aws.amazon.com/cognito/latest/developerguide/
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
    """The claims of both tokens, without ``iat``, ``exp`` and ``jti``."""

    access: Response = attrs.field(repr=False)
    identity: Response = attrs.field(repr=False)


def claims_for(call: Call, user: MotoUser, client: MotoClient, refresh: RefreshToken, *, source: str) -> Claims:
    """The claims of a user's tokens.

    Args:
        call: The request.
        user: The user.
        client: The app client.
        refresh: The refresh token of the sign-in.
        source: ``triggerSource`` for the trigger.

    Raises:
        CognitoError: The trigger raised, or did not return the event.
    """
    groups = sorted(user.groups, key=lambda group: (group.precedence is None, group.precedence, group.group_name))
    common: Response = {
        "sub": user.id,
        "iss": issuer(call.pool),
        "origin_jti": refresh.origin_jti,
        "event_id": str(uuid.uuid4()),
        "auth_time": int(refresh.auth_time.timestamp()),
    }
    if groups:
        common["cognito:groups"] = [group.group_name for group in groups]
    access: Response = {
        **common,
        "token_use": "access",
        "client_id": client.id,
        "username": user.username,
        "scope": _SCOPE,
    }
    if refresh.device_key is not None:
        access["device_key"] = refresh.device_key
    identity: Response = {**common, "token_use": "id", "aud": client.id, "cognito:username": user.username}
    identity.update(_readable(user, client))
    roles = [group.role_arn for group in groups if group.role_arn]
    if roles:
        identity["cognito:roles"] = roles
        identity["cognito:preferred_role"] = roles[0]
    claims = Claims(access=access, identity=identity)
    _customize(call, user, client, claims, roles, source)
    return claims


def issuer(pool: MotoPool) -> str:
    """``iss`` of the tokens of a pool."""
    suffix = "amazonaws.com.cn" if pool.region.startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{pool.region}.{suffix}/{pool.id}"


def _readable(user: MotoUser, client: MotoClient) -> Response:
    allowed = names(client.extended_config, "ReadAttributes")
    found: Response = {}
    for name, value in attributes_of(user).items():
        if name == "sub" or name.startswith("dev:") or (allowed and name not in allowed):
            continue
        # Recorded: email_verified is a boolean in an ID token, https://github.com/floci-io/floci/issues/984
        found[name] = is_true(value) if name.endswith("_verified") else value
    return found


def _customize(call: Call, user: MotoUser, client: MotoClient, claims: Claims, roles: list[str], source: str) -> None:
    response = triggers.run(
        call,
        "pre_token_generation",
        source,
        username=user.username,
        client_id=client.id,
        request={
            "userAttributes": attributes_for_triggers(user),
            "groupConfiguration": {
                "groupsToOverride": list(names(claims.access, "cognito:groups")),
                "iamRolesToOverride": roles,
                "preferredRole": roles[0] if roles else None,
            },
            "scopes": str(claims.access["scope"]).split(),
        },
        response={"claimsOverrideDetails": None, "claimsAndScopeOverrideDetails": None},
    )
    if response is None:
        return
    # Version 1 of the event can change the ID token, version 2 both tokens. The function may answer in either form.
    first, second = section(response, "claimsOverrideDetails"), section(response, "claimsAndScopeOverrideDetails")
    _override(claims.identity, first)
    _override(claims.identity, section(second, "idTokenGeneration"))
    _override(claims.access, section(second, "accessTokenGeneration"))
    _override_scopes(claims.access, section(second, "accessTokenGeneration"))
    _override_groups(claims, section(first, "groupOverrideDetails") or section(second, "groupOverrideDetails"))


def _override(claims: Response, changes: Members) -> None:
    for name, value in section(changes, "claimsToAddOrOverride").items():
        if name not in _PROTECTED:
            claims[name] = value
    for name in names(changes, "claimsToSuppress"):
        if name not in _PROTECTED:
            claims.pop(name, None)


def _override_scopes(access: Response, changes: Members) -> None:
    suppressed = names(changes, "scopesToSuppress")
    scopes = [scope for scope in str(access["scope"]).split() if scope not in suppressed]
    scopes += [scope for scope in names(changes, "scopesToAdd") if scope not in scopes]
    access["scope"] = " ".join(scopes)


def _override_groups(claims: Claims, changes: Members) -> None:
    if changes.get("groupsToOverride") is not None:
        for token in (claims.access, claims.identity):
            token["cognito:groups"] = list(names(changes, "groupsToOverride"))
    if changes.get("iamRolesToOverride") is not None:
        claims.identity["cognito:roles"] = list(names(changes, "iamRolesToOverride"))
    if changes.get("preferredRole") is not None:
        claims.identity["cognito:preferred_role"] = changes["preferredRole"]
