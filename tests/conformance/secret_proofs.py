"""What a client secret adds to requests: taken out again, where the service takes it and nowhere else. Pure."""

import functools
from collections.abc import Mapping
from typing import Any

import attrs
import botocore.session

from .recordings import Request, Step

_IN_MAPS = {"InitiateAuth": "AuthParameters", "RespondToAuthChallenge": "ChallengeResponses"}


def without_secrets(step: Step, secret: str) -> Step:
    """A step as if the client had no secret.

    Whether a hash is right is for the test bed to say, which refuses a wrong one.

    Raises:
        AssertionError: A request proves the secret where the service does not take it, or does not where it does.
    """
    return attrs.evolve(step, wire=tuple(_without(request, secret) for request in step.wire))


def _without(request: Request, secret: str) -> Request:
    body = dict(request.body)
    if request.op in _IN_MAPS:
        responses = dict(body[_IN_MAPS[request.op]])
        assert responses.pop("SECRET_HASH", None), f"{request.op} lacks SECRET_HASH"
        body[_IN_MAPS[request.op]] = responses
    members = _members(request.op)
    if "SecretHash" in members:
        assert body.pop("SecretHash", None), f"{request.op} lacks SecretHash"
    if "ClientSecret" in members:
        assert body.pop("ClientSecret", None) == secret, f"{request.op} lacks ClientSecret"
    assert "secret_hash" not in str(body).lower().replace("secrethash", "secret_hash"), request.op
    assert secret not in str(body), request.op
    return attrs.evolve(request, body=body)


@functools.cache
def _members(operation: str) -> Mapping[str, Any]:
    """The parameters of an operation, from botocore's service model."""
    session: Any = botocore.session.Session()
    members: Mapping[str, Any] = session.get_service_model("cognito-idp").operation_model(operation).input_shape.members
    return members
