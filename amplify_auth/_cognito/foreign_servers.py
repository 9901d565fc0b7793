"""Corrects answers of proxies and emulators before botocore reads them, and recognizes "no such operation".

An answer of Cognito always names its error. An answer that does not comes from another server: a proxy, a firewall, a
captive portal, an emulator that lacks the operation. `PAGES` says what each status means then.

Each function says which server it is for. An odd member of an answer is handled in ``reply``. Nothing here sends a
request or decides about a retry.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from .._arguments import is_mapping
from .._texts import is_name
from ..errors import AuthConfigurationError, AuthError

#: The names of errors that say that a server does not have the operation.
_UNSUPPORTED: Final = frozenset(
    {"InvalidAction", "NotImplemented", "UnknownOperationException", "Unsupported", "UnsupportedOperationException"}
)
_NO_SUCH_OPERATION: Final = (404, 405, 501)
_PASSING: Final = (429, 502, 503, 504)
#: The status of a captive portal that wants a login. The service itself never sends it (RFC 6585, section 6).
LOGIN_REQUIRED: Final = 511
#: How a page begins.
_PAGE: Final = re.compile(r"\s*<(!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
#: Errors that may mean the same, and may mean something else.
_PERHAPS_UNSUPPORTED: Final = frozenset({"InvalidParameterException", "OperationNotEnabledException"})


def make_parsable(response_dict: dict[str, Any], **_: Any) -> None:
    """Let botocore read the status of an answer whose body is not a JSON object with a named error (proxies' pages).

    Its parser would fail, and the status would be lost; or it would take the page for the message.
    """
    if response_dict["status_code"] >= 300 or not response_dict["body"].lstrip().startswith(b"{"):
        body = response_dict["body"].decode("utf-8", "replace")
        try:
            content: object = json.loads(body)
            is_readable = is_mapping(content) and isinstance(content.get("__type", ""), str)
        except (ValueError, RecursionError):
            is_readable = False
        response_dict["body"] = body.encode() if is_readable else b""


def check_body(http: Any) -> None:
    """Refuse what botocore takes for an empty success: an answer that was cut off (proxies), or is not a JSON object.

    Raises:
        ConnectionClosedError: The body is shorter than its header says.
        ResponseParserError: The body of a success is not a JSON object, or it is an empty page (captive portals).
    """
    from botocore.exceptions import ConnectionClosedError
    from botocore.parsers import ResponseParserError

    body, length = http.content, http.headers.get("content-length", "")
    if length.isdigit() and len(body) < int(length):
        raise ConnectionClosedError(endpoint_url=http.url)
    if http.status_code < 300 and not body and http.headers.get("content-type", "").lower().startswith("text/html"):
        raise ResponseParserError("The answer is an empty page.")
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
        bare = re.split("[,:]", name)[0].rpartition("#")[2]
        error["Code"] = bare if is_name(bare) else error["Code"]


def is_page(code: str, message: object, *, is_known: bool) -> bool:
    """True if a refusal is not Cognito's: its error has no name, or one that is not known and a page as its message."""
    return code.isdigit() or (not is_known and isinstance(message, str) and _PAGE.match(message) is not None)


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

    moto's server answers with a page and status 500, which has no error's name. So do proxies, mostly with another
    status: what passes by itself is not taken for a missing operation.
    """
    is_page = refusal.http_status_code not in _PASSING and is_unnamed(refusal)
    return is_page or refusal.name in _PERHAPS_UNSUPPORTED or surely_lacks_operation(refusal)


def is_unnamed(refusal: AuthError) -> bool:
    """True if the answer did not name its error: botocore has put the status in the place of the name."""
    answer = getattr(refusal.__cause__, "response", None)
    error = answer.get("Error") if is_mapping(answer) else None
    return is_mapping(error) and str(error.get("Code", "")).isdigit()


_REDIRECTED: Final = (
    "A captive portal, a login page or a proxy has redirected the request. Log in to the network in a browser, and "
    "check the proxy variables and {option}."
)
_CREDENTIALS: Final = (
    "A proxy or a gateway wants a user name and a password: put them into HTTPS_PROXY or HTTP_PROXY, as in "
    "http://user:password@host:port, or let NO_PROXY name the host."
)
_FORBIDDEN: Final = (
    "A firewall, a proxy, a web application firewall or the policy of a VPC endpoint refuses the request: ask who runs "
    "it to allow it. Check the proxy variables and {option}."
)
_NOTHING_THERE: Final = (
    "The address is not one of Cognito's API. Check {option}: it is not the domain of managed login, and for Amazon's "
    "own endpoint it is left out. An emulator may lack the operation."
)
_BAD_REQUEST: Final = (
    "Check {option}: if the port speaks TLS, write https:// in front of the host. Check the proxy variables too."
)
_GATEWAY: Final = (
    "A gateway, a proxy or the endpoint fails: call again later. If it does not pass, check {option} and the proxy "
    "variables."
)
_THROTTLED: Final = "Wait, then call again, less often."
_NOT_JSON: Final = (
    "A captive portal or a proxy may have answered: open a page in a browser on this network. Check {option} and the "
    "proxy variables."
)

#: Status -> advice for an answer that is not Cognito's.
PAGES: Final = {
    200: _NOT_JSON,
    **dict.fromkeys((300, 301, 302, 303, 307, 308), _REDIRECTED),
    400: _BAD_REQUEST,
    401: _CREDENTIALS,
    403: _FORBIDDEN,
    404: _NOTHING_THERE,
    405: _NOTHING_THERE,
    407: _CREDENTIALS,
    410: _NOTHING_THERE,
    429: _THROTTLED,
    451: _FORBIDDEN,
    501: _NOTHING_THERE,
    LOGIN_REQUIRED: _REDIRECTED,
}


def page_advice(status: int, option: str) -> str:
    """What to do about an answer with this status that is not Cognito's. ``option`` sets the address of the service."""
    usual = _REDIRECTED if 300 <= status < 400 else _GATEWAY if status >= 500 else _NOT_JSON
    return PAGES.get(status, usual).format(option=option)
