"""Sign-ins that an administrator starts or continues: the flows and challenges of users, in a pool that is named.

The core answers these, not moto: moto's sessions cannot be continued by users, and moto verifies few of the proofs.

Never here: a flow or a challenge.
"""

from typing import Final

import attrs

from .._core import Call, Response, handle
from .._core.accounts import find
from .._core.request import Members, check_secret_hash, invalid_parameter, names, not_authorized, not_found
from .._core.sign_in import parameter

_WITH_PASSWORD: Final = frozenset({"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"})
# The names by which a client allows these flows: the present name and the older name.
_ALLOWING: Final = frozenset({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_ONLY_ADMINS: Final = frozenset({"UserPoolId", "ContextData"})


def admin_initiate_auth(call: Call) -> Response:
    """``AdminInitiateAuth``: as ``InitiateAuth``, and also with a password, if the client allows that.

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
    if call.strict:
        _check_allowed(call, call.values("AuthParameters"))
    # Not strict, because InitiateAuth would check another list of flows. The checks are already made.
    lenient = attrs.evolve(call, strict=False, params={**call.params, "AuthFlow": "USER_PASSWORD_AUTH"})
    return _as(lenient, "InitiateAuth")


def admin_respond_to_auth_challenge(call: Call) -> Response:
    """``AdminRespondToAuthChallenge``: as ``RespondToAuthChallenge``.

    Raises:
        CognitoError: As ``RespondToAuthChallenge``.
    """
    _check_pool(call)
    return _as(call, "RespondToAuthChallenge")


def _check_pool(call: Call) -> None:
    if call.pool.id != call.required("UserPoolId"):
        raise not_found(f"User pool client {call.required('ClientId')} does not exist.")


def _check_allowed(call: Call, values: Members) -> None:
    if _ALLOWING.isdisjoint(names(call.client.extended_config, "ExplicitAuthFlows")):
        # The words are unverified.
        raise invalid_parameter("Auth flow not enabled for this client")
    name = parameter(values, "USERNAME")
    check_secret_hash(call, values.get("SECRET_HASH"), name)
    if call.hides_users and find(call.pool, name) is None:
        raise not_authorized()


def _as(call: Call, operation: str) -> Response:
    params = {name: value for name, value in call.params.items() if name not in _ONLY_ADMINS}
    result = handle(attrs.evolve(call, operation=operation, params=params))
    assert result is not None  # both operations need no signature
    return result
