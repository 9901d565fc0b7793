"""Cognito's behaviour, free of transport: ``handle`` answers one call, or says that it is moto's to answer.

Never here: HTTP, installation, the comfort of the public test API.
"""

from functools import cache
from typing import Any

from amplify_auth.testing._core.operations import OPERATIONS
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, unsupported
from amplify_auth.testing._core.state.store import state_of

__all__ = ["Call", "CognitoError", "handle", "unsigned_operations"]


def handle(call: Call) -> dict[str, Any] | None:
    """Answer a call.

    Returns:
        The members of the response; None when the operation needs an AWS signature and is moto's.

    Raises:
        CognitoError: The service's refusal; ``UnsupportedOperationException`` names what the test bed lacks.
    """
    row = OPERATIONS.get(call.operation)
    if row is None:
        if call.operation in unsigned_operations():
            raise unsupported(f"the operation {call.operation}")
        return None
    row.check(call)
    with state_of(call.pool).lock:
        return row.handler(call)


@cache
def unsigned_operations() -> frozenset[str]:
    """Operations of cognito-idp that need no AWS signature, by botocore's model."""
    import botocore.session

    model: Any = botocore.session.get_session().get_service_model("cognito-idp")
    return frozenset(name for name in model.operation_names if model.operation_model(name).auth_type == "none")
