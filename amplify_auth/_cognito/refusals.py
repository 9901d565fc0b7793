"""What a failed call means: botocore's exceptions become our errors. It sends nothing and keeps nothing.

The errors hold no secret: not in the text, the cause or the context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._masking import MASK
from ..errors import (
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthValidationError,
    InternalErrorException,
    InvalidParameterException,
    NotAuthorizedException,
    TooManyRequestsException,
    UnsupportedOperationException,
)
from .redact import redact
from .reply import structure_or_empty
from .sensitive import secrets

#: Characters. An answer that is not JSON, such as a proxy's page, becomes the message as a whole.
_LONGEST_MESSAGE = 1000
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

#: Error code on the wire -> class. Cognito and the gateways in front of it have several words for throttling;
#: ``Unsupported`` is an emulator's (cognito-local's).
SERVICE_ERRORS: dict[str, type[AuthServiceError]] = {
    **{error.__name__: error for error in AuthServiceError.__subclasses__()},
    **dict.fromkeys(_THROTTLING, TooManyRequestsException),
    "Unsupported": UnsupportedOperationException,
}


def is_throttling(code: object) -> bool:
    """True if an error code says that there were too many requests."""
    return SERVICE_ERRORS.get(str(code)) is TooManyRequestsException


def error_for(error: Exception, client: Any, operation: str, parameters: Mapping[str, object]) -> AuthError:
    """Our error for ``error``, which the call of ``operation`` with ``parameters`` raised."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, ParamValidationError

    if isinstance(error, ClientError):
        shape = client.meta.service_model.operation_model(operation).input_shape
        return _service_error(error, operation, set(secrets(shape, parameters)))
    if isinstance(error, HTTPClientError | ConnectionError):
        failure = AuthNetworkError(
            f"A network error has occurred: {type(error).__name__} during {operation}.",
            name="NetworkError",
            operation=operation,
        )
        failure.__cause__ = _cause(error)
        return failure
    if isinstance(error, ParamValidationError):  # its text repeats the values
        names = ", ".join(re.findall(r"parameter:? \"?([\w.\[\]]+)", str(error))) or "a parameter"
        return AuthValidationError(
            f"botocore refuses {names} of {operation}.",
            name="InvalidParameter",
            recovery_suggestion="Check the type and length of the arguments.",
            operation=operation,
        )
    if isinstance(error, NotImplementedError):  # how moto says that it lacks an operation
        return UnsupportedOperationException(f"The endpoint does not support {operation}.", operation=operation)
    return AuthProtocolError(
        f"The answer to {operation} cannot be understood ({type(error).__name__}).",
        name="InvalidResponse",
        recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        operation=operation,
    )


def _cause(error: Any) -> Exception:
    """Rebuild botocore's exception without its request and context, which contain secrets."""
    said = {name: _address(value) if name.endswith("_url") else _reason(value) for name, value in error.kwargs.items()}
    return type(error)(**said)  # type: ignore[no-any-return]


def _address(url: object) -> str:
    return re.sub("//[^/]*@", f"//{MASK}@", str(url))  # an endpoint may have a user's name and password


def _reason(error: object) -> str:
    """The error's name, and the words of the system or of OpenSSL, if any. Other words quote the answer."""
    name, below = type(error).__name__, error
    while isinstance(below, BaseException):
        if isinstance(below, OSError) and below.strerror:
            return f"{name}: {below.strerror}"
        below = below.__context__
    return name


def _service_error(error: Any, operation: str, hidden: set[str]) -> AuthServiceError:
    """The error for a refusal. Texts in which the service repeats a secret are masked, in its cause too."""
    metadata: Mapping[str, Any] = structure_or_empty(error.response, "ResponseMetadata")
    said = structure_or_empty(error.response, "Error")
    status = metadata.get("HTTPStatusCode")
    code = str(said.get("Code") or "Unknown")
    if code not in SERVICE_ERRORS:
        code = _readable(code, hidden) or "Unknown"
    message = _readable(said.get("Message"), hidden)
    kind = SERVICE_ERRORS.get(code, AuthServiceError)
    name = code
    if kind is AuthServiceError and isinstance(status, int) and (status == 429 or status >= 500):
        kind = TooManyRequestsException if status == 429 else InternalErrorException
        name = kind.__name__ if code.isdigit() else code
    elif code.isdigit():
        name = "UnknownError"  # as amplify-js
    failure = kind(
        message or f"{operation} was refused with {name}.",
        name=name,
        request_id=metadata.get("RequestId"),
        http_status_code=status,
        operation=operation,
    )
    # Without the headers, which repeat the message.
    kept = {"RequestId": metadata.get("RequestId", ""), "HTTPStatusCode": status}
    failure.__cause__ = type(error)({"Error": {"Code": code, "Message": message}, "ResponseMetadata": kept}, operation)
    return failure


def _readable(said: object, hidden: set[str]) -> str:
    """What the service says, in a form that can be printed. Empty if it is not text, or was masked as a whole."""
    text = redact(said, hidden) if isinstance(said, str) else ""
    return "" if text == MASK else text[:_LONGEST_MESSAGE].encode(errors="replace").decode()
