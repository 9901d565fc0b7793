"""Corrects answers of proxies and emulators before botocore reads them, and recognizes "no such operation".

Each function says which server it is for. An odd member of an answer is handled in ``reply``. Nothing here sends a
request or decides about a retry.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ..errors import AuthConfigurationError, AuthError

#: The names of errors that say that a server does not have the operation.
_UNSUPPORTED: Final = frozenset(
    {"InvalidAction", "NotImplemented", "UnknownOperationException", "Unsupported", "UnsupportedOperationException"}
)
_NO_SUCH_OPERATION: Final = (404, 405, 501)
#: Errors that may mean the same, and may mean something else.
_PERHAPS_UNSUPPORTED: Final = frozenset({"InvalidParameterException", "OperationNotEnabledException"})


def make_parsable(response_dict: dict[str, Any], **_: Any) -> None:
    """Let botocore read the status of an error whose body is not UTF-8 or not a JSON object (proxies' pages).

    Its parser would fail, and the status would be lost.
    """
    if response_dict["status_code"] >= 300:
        body = response_dict["body"].decode("utf-8", "replace")
        try:
            is_error = isinstance(json.loads(body), dict)
        except ValueError:
            is_error = True  # a page, which becomes the message
        except RecursionError:
            is_error = False
        response_dict["body"] = body.encode() if is_error else b""


def check_body(http: Any) -> None:
    """Refuse what botocore takes for an empty success: an answer that was cut off (proxies), or is not a JSON object.

    Raises:
        ConnectionClosedError: The body is shorter than its header says.
        ResponseParserError: The body of a success is not a JSON object.
    """
    from botocore.exceptions import ConnectionClosedError
    from botocore.parsers import ResponseParserError

    body, length = http.content, http.headers.get("content-length", "")
    if length.isdigit() and len(body) < int(length):
        raise ConnectionClosedError(endpoint_url=http.url)
    if http.status_code < 300 and body:
        try:
            is_object = isinstance(json.loads(body), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise ResponseParserError("The answer is not a JSON object.")


def name_error(http: Any, parsed: dict[str, Any]) -> None:
    """Take an error's name from its header or its ``code`` if it has no ``__type`` (ministack, cognito-local).

    botocore reads only ``__type``, and puts the status in its place.
    """
    error = parsed.get("Error", {})
    if http.status_code < 300 or not str(error.get("Code", "")).isdigit():
        return
    name = http.headers.get("x-amzn-errortype")
    if name is None:
        try:
            name = json.loads(http.content)["code"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return
    if isinstance(name, str):
        error["Code"] = re.split("[,:]", name)[0].rpartition("#")[2] or error["Code"]


def surely_lacks_operation(refusal: AuthError) -> bool:
    """True if a server says that it does not have the operation: emulators, gateways, and an old boto3.

    moto's own way of saying so is translated before.
    """
    return (
        isinstance(refusal, AuthConfigurationError)
        or refusal.name in _UNSUPPORTED
        or refusal.http_status_code in _NO_SUCH_OPERATION
    )


def may_lack_operation(refusal: AuthError) -> bool:
    """True if a refusal may mean that the server does not have the operation, and may mean something else.

    A page instead of an answer is moto's server, which does not speak Cognito's protocol for it.
    """
    is_page = refusal.message.lstrip().startswith("<")
    return is_page or refusal.name in _PERHAPS_UNSUPPORTED or surely_lacks_operation(refusal)
