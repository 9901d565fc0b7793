"""The behaviour of Cognito: ``handle`` answers one call, or says that moto must answer it.

Never here: HTTP, the installation in moto, or the public API of the test bed.
"""

from functools import cache

from .operations import OPERATIONS
from .request import Call, CognitoError, Response, unsupported
from .state import state_of

__all__ = ["Call", "CognitoError", "Response", "handle", "unsigned_operations"]


def handle(call: Call) -> Response | None:
    """Answer a call.

    Returns:
        The members of the response; None if the operation needs an AWS signature and moto must answer it.

    Raises:
        CognitoError: The service's refusal; ``UnsupportedOperationException`` for what the test bed does not support.
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
    """The operations of cognito-idp that need no AWS signature, from botocore's model."""
    import botocore.session

    model = botocore.session.get_session().get_service_model("cognito-idp")
    return frozenset(name for name in model.operation_names if model.operation_model(name).auth_type == "none")
