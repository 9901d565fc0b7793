"""The one place where requests leave the process: one call of one operation, and its failures as our errors.

It decides nothing about sign-in. What it raises holds no secret, in no text, cause or context.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from . import _boto
from ._config import AuthConfig
from ._errors import (
    AuthConfigurationError,
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthValidationError,
)
from ._masking import MASK, blot
from ._sensitive import secrets
from ._service_errors import SERVICE_ERRORS, InternalErrorException, TooManyRequestsException

logger = logging.getLogger("amplify_auth")

#: Characters; an answer that is no JSON, such as a proxy's page, becomes the message as a whole.
_LONGEST_MESSAGE = 1000


def call(config: AuthConfig, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call a ``cognito-idp`` operation without AWS credentials.

    Args:
        config: Says which client to use.
        operation: The operation's name in the service model, such as ``"InitiateAuth"``.
        **parameters: Its parameters; those that are None are left out.

    Returns:
        The answer, as botocore parsed it.

    Raises:
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer could not be understood.
    """
    return invoke(user_pool_client(config), operation, {k: v for k, v in parameters.items() if v is not None})


def user_pool_client(config: AuthConfig) -> Any:
    """The boto3 client that sessions of ``config`` use."""
    return config.client or _client(config, "cognito-idp", config.region, config.endpoint_url, "endpoint_url")


def identity_pool_client(config: AuthConfig) -> Any:
    """The boto3 client for the identity pool of ``config``; its region is the first part of the pool's id."""
    region, endpoint_url = (config.identity_pool_id or "").partition(":")[0], config.identity_pool_endpoint_url
    return _client(config, "cognito-identity", region, endpoint_url, "identity_pool_endpoint_url")


def _client(config: AuthConfig, service: str, region: str, endpoint_url: str | None, option: str) -> Any:
    from botocore.exceptions import BotoCoreError

    try:
        return _boto.shared_client(service, region, endpoint_url, config.connect_timeout, config.read_timeout)
    except (ValueError, BotoCoreError) as error:  # ValueError: an endpoint that is no URL
        failure = AuthConfigurationError(
            f"The client cannot be made: {type(error).__name__}.",
            name="InvalidConfiguration",
            recovery_suggestion=f"Check {option}, region, AWS_ENDPOINT_URL, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE and the "
            "proxy variables.",
        )
    raise failure


def invoke(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Call ``operation`` of any unsigned ``client``; see `call`."""
    from botocore import xform_name

    method = getattr(client, xform_name(operation), None)
    if method is None:
        raise AuthConfigurationError(
            f"The installed boto3 does not know {operation}.", recovery_suggestion="Update boto3 and botocore."
        )
    token = _boto.may_repeat.set(_boto.is_repeatable(operation, parameters))
    try:
        answer = method(**parameters)
    except Exception as error:
        failure = _translated(error, client, operation, parameters)
    else:
        logger.debug("%s: answered", operation)
        return dict(answer)
    finally:
        _boto.may_repeat.reset(token)
    logger.debug("%s: %s", operation, failure.name)
    raise failure  # outside the handler: the original, with its parameters, must not become the context


def get_document(client: Any, url: str) -> bytes:
    """A public document of the service, such as a pool's signing keys; proxies and timeouts are the client's.

    Raises:
        AuthNetworkError: There was no answer, or the server failed.
        AuthConfigurationError: There is no such document.
    """
    from botocore.awsrequest import AWSRequest
    from botocore.hooks import first_non_none_response

    request = AWSRequest(method="GET", url=url).prepare()
    try:
        # Whoever answers for the service in tests (moto) does so at this event.
        answers = client.meta.events.emit("before-send.cognito-identity-provider.GetSigningKeys", request=request)
        response = first_non_none_response(answers) or client._endpoint.http_session.send(request)
        status, content = int(response.status_code), bytes(response.content)
    except Exception as error:
        failure = _translated(error, client, "GetSigningKeys", {})
    else:
        if status == 200:
            return content
        if status >= 500 or status == 429:
            failure = AuthNetworkError(
                f"The endpoint did not give its signing keys (status {status}).",
                name="NetworkError",
                http_status_code=status,
            )
        else:
            failure = AuthConfigurationError(
                f"The endpoint has no signing keys for the pool (status {status}).",
                name="InvalidUserPoolId",
                recovery_suggestion="Check user_pool_id, region and endpoint_url.",
                http_status_code=status,
            )
    raise failure


def _translated(error: Exception, client: Any, operation: str, parameters: dict[str, Any]) -> AuthError:
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
        return SERVICE_ERRORS["UnsupportedOperationException"](
            f"The endpoint does not support {operation}.", operation=operation
        )
    return AuthProtocolError(
        f"The answer to {operation} cannot be understood ({type(error).__name__}).",
        name="InvalidResponse",
        recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        operation=operation,
    )


def _cause(error: Any) -> Exception:
    """The error of botocore afresh: the one raised holds the request, and those below it what came of the answer."""
    said = {name: _address(value) if name.endswith("_url") else _reason(value) for name, value in error.kwargs.items()}
    return type(error)(**said)  # type: ignore[no-any-return]


def _address(url: object) -> str:
    return re.sub("//[^/]*@", f"//{MASK}@", str(url))  # an endpoint may be given with a user's name and password


def _reason(error: object) -> str:
    """The error's name, and the words of the system or of OpenSSL where it comes from them: others quote the answer."""
    name, below = type(error).__name__, error
    while isinstance(below, BaseException):
        if isinstance(below, OSError) and below.strerror:
            return f"{name}: {below.strerror}"
        below = below.__context__
    return name


def _service_error(error: Any, operation: str, hidden: set[str]) -> AuthServiceError:
    """The error for a refusal; texts in which the service repeats a secret are masked, in its cause too."""
    response = error.response if isinstance(error.response, dict) else {}
    metadata = response.get("ResponseMetadata") or {}
    status = metadata.get("HTTPStatusCode")
    said = response.get("Error") or {}
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
    facts = {"RequestId": metadata.get("RequestId", ""), "HTTPStatusCode": status}  # its headers repeat the message
    failure.__cause__ = type(error)({"Error": {"Code": code, "Message": message}, "ResponseMetadata": facts}, operation)
    return failure


def _readable(said: object, hidden: set[str]) -> str:
    """What the service says, fit to be shown and printed; nothing, if it is no text or was masked as a whole."""
    text = blot(said, hidden) if isinstance(said, str) else ""
    return "" if text == MASK else text[:_LONGEST_MESSAGE].encode(errors="replace").decode()
