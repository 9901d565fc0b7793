"""One request, answered by the core. If the request needs an AWS signature, ``admin`` answers it, or moto.

Never here: a rule of one operation.
"""

from collections.abc import Callable

from .._core import Call, CognitoError, handle
from .._moto import pools_of
from .._wire import Answer, Incoming, refusal, success
from .admin import answer_signed
from .reset_code import with_header, without_prefix


def operate(incoming: Incoming, moto: Callable[[], Answer], *, strict: bool) -> Answer:
    """Answer a request.

    Args:
        incoming: The request.
        moto: Lets moto answer it.
        strict: As for `mock_cognito`.
    """
    call = Call(
        operation=incoming.operation,
        params=without_prefix(incoming.operation, incoming.parameters),
        pools=pools_of(incoming.account),
        strict=strict,
    )
    try:
        result = handle(call)
        return answer_signed(call, moto) if result is None else with_header(call, success(result))
    except CognitoError as refused:
        return refusal(refused.code, refused.message, refused.status)
