"""The code of a forgotten password the way suites written for moto read it: in a header of the answer.

https://docs.getmoto.org/en/latest/docs/services/cognito-idp.html
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from amplify_auth.testing._core import Call
from amplify_auth.testing._core.accounts.users import find
from amplify_auth.testing._wire import Answer

_HEADER: Final = "x-moto-forgot-password-confirmation-code"
_PREFIX: Final = "moto-confirmation-code:"


def without_prefix(operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with a code as the service takes it; moto's has a word in front."""
    code = parameters.get("ConfirmationCode")
    if operation != "ConfirmForgotPassword" or not isinstance(code, str):
        return parameters
    return {**parameters, "ConfirmationCode": code.removeprefix(_PREFIX)}


def with_header(call: Call, answer: Answer) -> Answer:
    """The answer with the code that was sent in moto's header, if the call led to one."""
    if call.operation != "ForgotPassword":
        return answer
    user = find(call.pool, str(call.params.get("Username")))
    code = None if user is None else call.state.codes.get((user.username, "ForgotPassword"))
    if code is None:
        return answer
    return attrs.evolve(answer, headers={**answer.headers, _HEADER: f"{_PREFIX}{code.value}"})
