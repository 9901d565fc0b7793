"""Sends every request to Cognito: a call of an operation, or the fetch of a public document.

Failures become our errors, which hold no secret: not in the text, the cause or the context. This file decides nothing
about a sign-in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .. import _arguments as arguments
from .._public_call import uncounted, within
from .._values import AuthConfig, ClientMetadata
from .client import user_pool_client
from .known import check_known, members_of
from .refusals import no_document
from .retries import retrying
from .unknown_outcome import failure_of

if TYPE_CHECKING:
    from botocore.client import BaseClient

logger = logging.getLogger("amplify_auth")

Answer = Mapping[str, object]
"""What an operation answered, as botocore parsed it: nothing in it is checked."""


def call(config: AuthConfig, operation: str, **parameters: object) -> Answer:
    """Call a ``cognito-idp`` operation without AWS credentials.

    Args:
        config: Says which client to use.
        operation: The operation's name in the service model, such as ``"InitiateAuth"``.
        **parameters: Its parameters; those that are None are left out.

    Returns:
        The answer, as botocore parsed it.

    Raises:
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer. The message says so if Cognito may have acted.
        AuthProtocolError: The answer could not be understood.
    """
    with within(config.time_limit):
        client = user_pool_client(config)
        given = parameters
        if parameters.get("ClientMetadata") is None and config.client_metadata is not None:
            given = {**parameters, "ClientMetadata": _metadata_for(client, operation, config.client_metadata)}
        return invoke(client, operation, **given)


def _metadata_for(client: BaseClient, operation: str, given: ClientMetadata) -> Mapping[str, str] | None:
    """The session's metadata for a request; None if the operation takes none."""
    if "ClientMetadata" not in members_of(client, operation):
        return None
    if not callable(given):
        return given
    with uncounted():  # the program takes that time
        made = given()
    if made is not None and not arguments.is_mapping(made):
        raise arguments.wrong_type(
            made, "What client_metadata() returns", "a mapping", "Let the function return a dict of str to str."
        )
    return arguments.texts(made, "client_metadata()")


def invoke(client: BaseClient, operation: str, **parameters: object) -> Answer:
    """Call ``operation`` of any unsigned ``client``; see `call`. It has the time of the block of `within`."""
    from botocore import xform_name

    given = {name: value for name, value in parameters.items() if value is not None}
    check_known(client, operation, given)
    method: Callable[..., Answer] = getattr(client, xform_name(operation))
    try:
        with retrying(operation, given):
            answer = method(**given)
    except Exception as error:
        failure = failure_of(error, client, operation, given)
    else:
        logger.debug("%s: answered", operation)
        return dict(answer)
    logger.debug("%s: %s", operation, failure.name)
    raise failure  # outside the handler: the original, with its parameters, must not become the context


def get_document(client: Any, url: str) -> bytes:
    """A public document of the service, such as a pool's signing keys. It uses the proxies and timeouts of ``client``.

    It has the time of the block of `within`.

    Raises:
        AuthNetworkError: There was no answer, or the server failed.
        AuthConfigurationError: There is no such document, or the certificate bundle cannot be read.
        AuthProtocolError: Another server has answered, such as a proxy; or the document is too large.
    """
    from botocore.awsrequest import AWSRequest
    from botocore.hooks import first_non_none_response

    from .bounded_http import refuse_too_large

    request = AWSRequest(method="GET", url=url).prepare()
    try:
        # moto, which answers for the service in tests, does so at this event.
        answers = client.meta.events.emit("before-send.cognito-identity-provider.GetSigningKeys", request=request)
        response = first_non_none_response(answers) or client._endpoint.http_session.send(request)
        status, content = int(response.status_code), bytes(response.content)
        refuse_too_large(content)
    except Exception as error:
        failure = failure_of(error, client, "GetSigningKeys", None)
    else:
        if status == 200:
            return content
        failure = no_document(client, url, status)
    raise failure
