"""What a failed call means: botocore's exceptions become our errors. It sends nothing and keeps nothing.

The errors hold no secret: not in the text, the cause or the context. What Cognito's messages mean is in ``meanings``,
what a missing answer means in ``unreachable``, and what the answer of another server means in ``foreign_servers``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .._texts import is_name
from ..errors import (
    AuthConfigurationError,
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthValidationError,
    CodeMismatchException,
    InternalErrorException,
    InvalidParameterException,
    NotAuthorizedException,
    TooManyRequestsException,
    UnsupportedOperationException,
)
from .foreign_servers import LOGIN_REQUIRED, is_page, page_advice
from .meanings import meaning_of
from .redact import readable
from .reply import structure_or_empty
from .sensitive import secrets
from .unreachable import endpoint_of, endpoint_option, no_answer, origin_of

_LONGEST_ID = 200
_UNKNOWN_NAME = "Read the message. If it is not one of Cognito, check endpoint_url and the proxy variables."
#: How endpoints say that there is no such pool.
_NO_POOL = (400, 404)
_CLOSED_SESSION = re.compile(r"invalid session|session\b.*\b(expired|invalid|not exist|not found)", re.IGNORECASE)


def says_session_is_closed(error: Exception) -> bool:
    """True if Cognito refuses the ``Session`` of a request, because it is spent or too old. Its message says so."""
    if isinstance(error, InvalidParameterException):  # ministack's way
        return _CLOSED_SESSION.search(error.message) is not None
    return isinstance(error, NotAuthorizedException) and "session" in error.message.lower()


_THROTTLING = (
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
)

#: What the classes derive from that have the names of exceptions of Cognito.
_BASES: Final = (AuthServiceError, CodeMismatchException)
#: Error code on the wire -> class. Cognito and the gateways in front of it have several words for throttling;
#: ``Unsupported`` is an emulator's (cognito-local's).
SERVICE_ERRORS: dict[str, type[AuthServiceError]] = {
    **{error.__name__: error for base in _BASES for error in base.__subclasses__()},
    **dict.fromkeys(_THROTTLING, TooManyRequestsException),
    "Unsupported": UnsupportedOperationException,
}


def is_throttling(code: object) -> bool:
    """True if an error code says that there were too many requests."""
    return SERVICE_ERRORS.get(str(code)) is TooManyRequestsException


def error_for(error: Exception, client: Any, operation: str, parameters: Mapping[str, object]) -> AuthError:
    """Our error for ``error``, which the call of ``operation`` with ``parameters`` raised."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, ParamValidationError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return _service_error(error, client, operation, parameters)
    if isinstance(error, HTTPClientError | ConnectionError):
        return no_answer(error, client, operation)
    if isinstance(error, ParamValidationError):  # its text repeats the values
        names = ", ".join(re.findall(r"parameter:? \"?([\w.\[\]]+)", str(error))) or "a parameter"
        return AuthValidationError(
            f"botocore refuses {names} of {operation}.",
            name="InvalidParameter",
            recovery_suggestion="Check the type and length of the arguments.",
            operation=operation,
        )
    if isinstance(error, NotImplementedError):  # how moto says that it lacks an operation
        return UnsupportedOperationException(
            f"The endpoint does not support {operation}.",
            recovery_suggestion="This is moto, which lacks the operation. In tests, use mock_cognito of "
            "amplify_auth.testing.",
            operation=operation,
        )
    if isinstance(error, ResponseParserError):
        return _foreign_answer(client, operation, 200, name="InvalidResponse")
    return AuthProtocolError(
        f"The answer to {operation} cannot be understood ({type(error).__name__}).",
        name="InvalidResponse",
        recovery_suggestion=f"Check that {endpoint_option(client)} is a Cognito endpoint.",
        operation=operation,
    )


def _foreign_answer(
    client: Any, operation: str, status: int, *, name: str, request_id: str | None = None, url: str | None = None
) -> AuthProtocolError:
    """The error for an answer that is not Cognito's, such as a page of a proxy. Nothing of the answer is shown."""
    return AuthProtocolError(
        _said_by_another(url or endpoint_of(client), operation, status),
        name=name,
        recovery_suggestion=page_advice(status, endpoint_option(client)),
        request_id=request_id,
        http_status_code=status,
        operation=operation,
    )


def _said_by_another(url: str, operation: str, status: int) -> str:
    return f"The answer to {operation} is not Cognito's: {origin_of(url)} answered with status {status}."


def no_document(client: Any, url: str, status: int) -> AuthError:
    """The error for a pool's signing keys that ``url`` did not give."""
    origin = origin_of(url)
    if status >= 500 or status == 429:
        return AuthNetworkError(
            f"{origin} did not give its signing keys (status {status}).",
            name="NetworkError",
            recovery_suggestion=page_advice(status, endpoint_option(client)),
            http_status_code=status,
        )
    if status in _NO_POOL:
        return AuthConfigurationError(
            f"{origin} has no signing keys for the pool (status {status}).",
            name="InvalidUserPoolId",
            recovery_suggestion="Check user_pool_id, region and endpoint_url.",
            http_status_code=status,
        )
    return _foreign_answer(client, "GetSigningKeys", status, name="InvalidResponse", url=url)


def _service_error(
    error: Any, client: Any, operation: str, parameters: Mapping[str, object]
) -> AuthServiceError | AuthProtocolError:
    """The error for a refusal. Texts in which the service repeats a secret are masked, in its cause too."""
    hidden = set(secrets(client.meta.service_model.operation_model(operation).input_shape, parameters))
    metadata = structure_or_empty(error.response, "ResponseMetadata")
    said = structure_or_empty(error.response, "Error")
    given = metadata.get("HTTPStatusCode")
    status = given if isinstance(given, int) else 0
    request_id = readable(metadata.get("RequestId"), hidden)[:_LONGEST_ID] or None
    code = str(said.get("Code") or "Unknown")
    if code not in SERVICE_ERRORS:
        code = _name(code, hidden)
    by_another = is_page(code, said.get("Message"), is_known=code in SERVICE_ERRORS)
    message = "" if by_another else readable(said.get("Message"), hidden)
    failure: AuthServiceError | AuthProtocolError
    if by_another and (status < 500 or status == LOGIN_REQUIRED) and status != 429:
        failure = _foreign_answer(
            client, operation, status, name="UnknownError", request_id=request_id
        )  # as amplify-js
    else:
        kind = SERVICE_ERRORS.get(code, AuthServiceError)
        name = code
        if kind is AuthServiceError and (status == 429 or status >= 500):
            kind = TooManyRequestsException if status == 429 else InternalErrorException
            name = kind.__name__ if by_another else code
        meant, advice = meaning_of(code, message, operation, parameters)
        if by_another:
            message = _said_by_another(endpoint_of(client), operation, status)
            advice = page_advice(status, endpoint_option(client))
        failure = (meant or kind)(
            message or f"{operation} was refused with {name}.",
            name=name,
            recovery_suggestion=advice or (_UNKNOWN_NAME if kind is AuthServiceError else None),
            request_id=request_id,
            http_status_code=status or None,
            operation=operation,
        )
    # Without the headers, which repeat the message.
    kept = {"RequestId": request_id or "", "HTTPStatusCode": given}
    failure.__cause__ = type(error)({"Error": {"Code": code, "Message": message}, "ResponseMetadata": kept}, operation)
    return failure


def _name(code: str, hidden: set[str]) -> str:
    """The name of an error that has no class. What cannot be a name is not shown."""
    shown = readable(code, hidden)
    return shown if is_name(shown) else "UnknownError" if shown else "Unknown"
