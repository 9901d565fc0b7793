"""Sign-ins an administrator starts or continues: the same flows and challenges as everybody's, found another way.

moto would answer these too, but with sessions of its own, which the answers of users could not continue, and without
looking at most of what is proven.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from amplify_auth.testing._core import Call, handle
from amplify_auth.testing._core.accounts.users import find, hides_users
from amplify_auth.testing._core.request.client_secret import check_secret_hash
from amplify_auth.testing._core.request.errors import invalid_parameter, not_authorized, not_found
from amplify_auth.testing._core.request.settings import names
from amplify_auth.testing._core.sign_in.progress import parameter

_WITH_PASSWORD: Final = frozenset({"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"})
# What a client may list to allow them: the name of today, and that of before.
_ALLOWING: Final = frozenset({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_ONLY_ADMINS: Final = frozenset({"UserPoolId", "ContextData"})


def admin_initiate_auth(call: Call) -> Mapping[str, Any]:
    """``AdminInitiateAuth``: as ``InitiateAuth``, and with a password where the client allows it to administrators.

    Raises:
        CognitoError: As ``InitiateAuth``.
    """
    _check_pool(call)
    flow = call.params.get("AuthFlow")
    if flow == "USER_PASSWORD_AUTH":
        # Recorded: https://github.com/awsdocs/aws-doc-sdk-examples/issues/5289
        raise invalid_parameter("Initiate Auth method not supported.")
    if flow not in _WITH_PASSWORD:
        return _as(call, "InitiateAuth")
    values = call.values("AuthParameters")
    if call.strict:
        _check_leave(call, values)
    # What is left out of strictness has just been checked: by another list than that of InitiateAuth.
    lenient = attrs.evolve(call, strict=False, params={**call.params, "AuthFlow": "USER_PASSWORD_AUTH"})
    return _as(lenient, "InitiateAuth")


def admin_respond_to_auth_challenge(call: Call) -> Mapping[str, Any]:
    """``AdminRespondToAuthChallenge``: as ``RespondToAuthChallenge``.

    Raises:
        CognitoError: As ``RespondToAuthChallenge``.
    """
    _check_pool(call)
    return _as(call, "RespondToAuthChallenge")


def _check_pool(call: Call) -> None:
    if call.pool.id != call.required("UserPoolId"):
        raise not_found(f"User pool client {call.required('ClientId')} does not exist.")


def _check_leave(call: Call, values: Mapping[str, Any]) -> None:
    if _ALLOWING.isdisjoint(names(call.client.extended_config, "ExplicitAuthFlows")):
        # The words are unverified.
        raise invalid_parameter("Auth flow not enabled for this client")
    name = parameter(values, "USERNAME")
    check_secret_hash(call, values.get("SECRET_HASH"), name)
    if hides_users(call) and find(call.pool, name) is None:
        raise not_authorized()


def _as(call: Call, operation: str) -> Mapping[str, Any]:
    params = {name: value for name, value in call.params.items() if name not in _ONLY_ADMINS}
    result = handle(attrs.evolve(call, operation=operation, params=params))
    assert result is not None  # both need no signature
    return result
