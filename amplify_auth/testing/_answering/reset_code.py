"""The code of a forgotten password in a header, as test suites for plain moto read it.

https://docs.getmoto.org/en/latest/docs/services/cognito-idp.html

Never here: another code.
"""

from typing import Final

import attrs

from .._core import Call
from .._core.accounts import codes, find
from .._core.request import Members
from .._wire import Answer

_HEADER: Final = "x-moto-forgot-password-confirmation-code"
_PREFIX: Final = "moto-confirmation-code:"


def without_prefix(operation: str, parameters: Members) -> Members:
    """The parameters with a code as the service takes it. moto's codes have a prefix."""
    code = parameters.get("ConfirmationCode")
    if operation != "ConfirmForgotPassword" or not isinstance(code, str):
        return parameters
    return {**parameters, "ConfirmationCode": code.removeprefix(_PREFIX)}


def with_header(call: Call, answer: Answer) -> Answer:
    """The answer with moto's header, if the call sent a code."""
    if call.operation != "ForgotPassword":
        return answer
    user = find(call.pool, str(call.params.get("Username")))
    code = None if user is None else call.state.codes.get((user.username, codes.FORGOT_PASSWORD))
    if code is None:
        return answer
    return attrs.evolve(answer, headers={**answer.headers, _HEADER: f"{_PREFIX}{code.value}"})
