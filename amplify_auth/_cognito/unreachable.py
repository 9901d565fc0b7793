"""What it means that there was no answer: botocore's exceptions become sentences with the URL and with advice.

`CAUSES` is the table. The exceptions of botocore, urllib3 and Python are distinguished by their names: the names are
the same in all supported versions, and nothing must be imported for them. The URL is shown without its path and without
the user name and the password in it. Nothing is sent here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, final
from urllib.parse import urlsplit

from .._masking import Value, value, without_secrets
from .._texts import one_line
from ..errors import AuthConfigurationError, AuthNetworkError

_NO_CERTIFICATE: Final = re.compile("NO_CERTIFICATE_OR_CRL_FOUND|no certificate or crl found|PEM lib|NO_START_LINE")


@final
@value(eq=False)
class Cause(Value):
    """One row.

    ``{origin}``, ``{proxy}`` and ``{option}`` stand for the facts of the request, and ``{status}`` and ``{scheme}`` for
    what ``says`` has found.

    Attributes:
        names: Classes, separated by blanks: each must be that of one of the exceptions.
        says: Matches the text of one of the exceptions.
        happened: What happened, after "got no answer from URL:".
        advice: What to change.
        passes: False if the same call would fail again.
    """

    names: str
    says: str
    happened: str
    advice: str
    passes: bool = True


_NOT_HTTPS: Final = r"WRONG_VERSION_NUMBER|wrong version number|UNKNOWN_PROTOCOL|HTTP_REQUEST|RECORD_LAYER_FAILURE"
_TRUST: Final = (
    "If a proxy or a firewall of your network signs TLS connections with its own certificate, set AWS_CA_BUNDLE (or "
    "REQUESTS_CA_BUNDLE) to a PEM file that holds it."
)
_PROXY: Final = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."

_NO_URL: Final = (
    "its URL or that of a proxy cannot be read",
    "Check HTTPS_PROXY, HTTP_PROXY and {option}: a URL is http://HOST:PORT or https://HOST:PORT.",
)

#: Tried from the top to the bottom. The first row that fits is taken.
CAUSES: Final = (
    Cause("HTTPClientError LocationParseError", "", *_NO_URL, passes=False),
    Cause("HTTPClientError LocationValueError", "", *_NO_URL, passes=False),
    Cause("HTTPClientError ValueError", "", *_NO_URL, passes=False),
    Cause(
        "ProxyConnectionError",
        r"http://(?P<scheme>socks\w*|ftp)://",
        "the address of the proxy begins with {scheme}://",
        "Set HTTPS_PROXY and HTTP_PROXY to an HTTP proxy, as in http://host:port: botocore knows no other kind.",
        passes=False,
    ),
    Cause(
        "ProxyConnectionError",
        r"Tunnel connection failed: (?P<status>407)",
        "the proxy {proxy} wants a user name and a password (status {status})",
        "Put them into HTTPS_PROXY, as in http://user:password@host:port, or let NO_PROXY name the host.",
        passes=False,
    ),
    Cause(
        "ProxyConnectionError",
        r"Tunnel connection failed: (?P<status>5\d\d)",
        "the proxy {proxy} cannot reach it (status {status})",
        "Check {option} and region for a typo, and ask who runs the proxy. Else let NO_PROXY name the host.",
    ),
    Cause(
        "ProxyConnectionError",
        r"Tunnel connection failed: (?P<status>\d+)",
        "the proxy {proxy} does not connect to it (status {status})",
        "Ask who runs the proxy to allow the host, or let NO_PROXY name the host if it can be reached without the "
        "proxy.",
    ),
    Cause(
        "ProxyConnectionError SSLError",
        _NOT_HTTPS,
        "the proxy {proxy} does not speak TLS",
        "Write http:// instead of https:// in front of the proxy's host in HTTPS_PROXY.",
        passes=False,
    ),
    Cause(
        "ProxyConnectionError gaierror",
        "",
        "the host name of the proxy {proxy} cannot be resolved",
        f"{_PROXY} The network may be down.",
    ),
    Cause(
        "ProxyConnectionError ConnectionRefusedError",
        "",
        "the proxy {proxy} refused the connection",
        f"{_PROXY} The proxy may not be running.",
    ),
    Cause("ProxyConnectionError", "", "the proxy {proxy} cannot be reached", _PROXY),
    Cause(
        "SSLCertVerificationError",
        "has expired|not yet valid",
        "the time for which its TLS certificate is valid has passed, or has not begun",
        f"Check the clock of this machine. {_TRUST}",
        passes=False,
    ),
    Cause(
        "SSLCertVerificationError",
        "[Hh]ostname mismatch|IP address mismatch|doesn't match",
        "its TLS certificate is for another host",
        f"Check {{option}}; a captive portal may have answered. {_TRUST}",
        passes=False,
    ),
    Cause(
        "CertificateError", "", "its TLS certificate is for another host", f"Check {{option}}. {_TRUST}", passes=False
    ),
    Cause("SSLCertVerificationError", "", "its TLS certificate is not trusted", _TRUST, passes=False),
    Cause(
        "SSLError",
        "CERTIFICATE_VERIFY_FAILED",
        "its TLS certificate is not trusted",
        _TRUST,
        passes=False,
    ),
    Cause(
        "SSLError",
        _NOT_HTTPS,
        "the port does not speak TLS",
        "Write http:// instead of https:// in {option} if it is the address of an emulator. Else check the port, and "
        "the proxy variables.",
        passes=False,
    ),
    Cause(
        "SSLError",
        "",
        "the TLS connection could not be made",
        "Check the port in {option}. A proxy or a firewall may cut TLS connections off; if it signs them with "
        "its own certificate, set AWS_CA_BUNDLE to a PEM file that holds it.",
    ),
    Cause(
        "gaierror",
        "",
        "the host name cannot be resolved",
        "Check {option} and region for a typo, and the network. Behind a proxy, set HTTPS_PROXY.",
    ),
    Cause(
        "NameResolutionError",
        "",
        "the host name cannot be resolved",
        "Check {option} and region for a typo, and the network. Behind a proxy, set HTTPS_PROXY.",
    ),
    Cause(
        "ConnectTimeoutError",
        "",
        "no connection was made within connect_timeout",
        "Check the network: a firewall may drop the connection. Behind a proxy, set HTTPS_PROXY.",
    ),
    Cause(
        "ReadTimeoutError",
        "",
        "no answer came within read_timeout",
        "If the endpoint is slow, pass a longer read_timeout.",
    ),
    Cause(
        "EndpointConnectionError ConnectionRefusedError",
        "",
        "the connection was refused",
        "Check the host and the port in {option}, and that a server runs there.",
    ),
    Cause(
        "EndpointConnectionError",
        "",
        "no connection could be made",
        "Check the network, the proxy variables and {option}.",
    ),
    Cause(
        "BadStatusLine",
        "",
        "what answered does not speak HTTP",
        "Check the port in {option}. If it speaks TLS, write https:// in front of the host.",
    ),
    Cause(
        "ConnectionClosedError",
        "http://",
        "the connection was closed before a whole answer had come",
        "If the port speaks TLS, write https:// instead of http:// in {option}.",
    ),
    Cause(
        "ConnectionClosedError",
        "",
        "the connection was closed before a whole answer had come",
        "A proxy or a firewall may cut the connection off.",
    ),
    Cause("", "", "the connection failed", "Check the network, the proxy variables and {option}."),
)


def no_answer(error: Exception, client: Any, operation: str) -> AuthNetworkError | AuthConfigurationError:
    """Our error for botocore's ``error``, which says that ``operation`` got no answer. Its cause holds no secret."""
    chain = _chain(error)
    bundle = _bundle_problem(chain, client)
    if bundle is not None:
        return bundle
    names = {_name_of(each) for each in chain}
    texts = [str(each) for each in chain]
    said = getattr(error, "kwargs", {})
    origin = origin_of(said.get("endpoint_url") or endpoint_of(client))
    for cause in CAUSES:
        found = [match for text in texts if (match := re.search(cause.says, text))]
        if set(cause.names.split()) <= names and found:
            facts = {
                "origin": origin,
                "proxy": origin_of(said.get("proxy_url")),
                "option": endpoint_option(client),
                **found[0].groupdict(),
            }
            break
    else:  # pragma: no cover  # the last row fits always
        raise AssertionError
    failure = AuthNetworkError(
        f"{operation} got no answer from {origin}: {cause.happened.format(**facts)}.",
        name="NetworkError",
        recovery_suggestion=cause.advice.format(**facts),
        is_retryable=cause.passes,
        operation=operation,
    )
    failure.__cause__ = _rebuilt(error)
    return failure


def check_bundle(path: object) -> None:
    """Refuse the path of a certificate bundle that cannot be read.

    Raises:
        AuthConfigurationError: There is no such file, or it cannot be read.
    """
    failure = None
    if isinstance(path, str):
        try:
            with open(path, "rb"):
                pass
        except (OSError, ValueError) as error:
            failure = _wrong_bundle(path, getattr(error, "strerror", None) or "this is not the name of a file")
    if failure is not None:
        raise failure


def _bundle_problem(chain: list[BaseException], client: Any) -> AuthConfigurationError | None:
    """The error for a certificate bundle that could not be read, if that is what happened."""
    path = getattr(getattr(getattr(client, "_endpoint", None), "http_session", None), "_verify", None)
    if not isinstance(path, str) or not any(type(each).__name__ == "SSLError" for each in chain):
        return None
    try:
        check_bundle(path)
    except AuthConfigurationError as error:
        return error
    if any(_NO_CERTIFICATE.search(str(each)) for each in chain):
        return _wrong_bundle(path, "there is no certificate in it")
    return None


def _wrong_bundle(path: str, reason: str) -> AuthConfigurationError:
    # An older botocore takes an empty variable for a path.
    what = f"The certificate bundle {path} cannot be used: {reason}" if path else "AWS_CA_BUNDLE is empty"
    return AuthConfigurationError(
        f"{what}.",
        name="InvalidConfiguration",
        recovery_suggestion="Set AWS_CA_BUNDLE or REQUESTS_CA_BUNDLE to a PEM file that can be read, or unset it.",
    )


def endpoint_of(client: Any) -> str:
    """The address that ``client`` sends its requests to."""
    return str(getattr(getattr(client, "meta", None), "endpoint_url", ""))


def endpoint_option(client: Any) -> str:
    """The option that sets this address."""
    service = getattr(getattr(getattr(client, "meta", None), "service_model", None), "service_name", "")
    return "identity_pool_endpoint_url" if service == "cognito-identity" else "endpoint_url"


def origin_of(url: object) -> str:
    """Scheme, host and port of ``url``. Its path and the user name and password in it are left out."""
    scheme, _, rest = str(url).partition("://")
    try:
        host = urlsplit(f"//{rest.rpartition('@')[2]}").netloc
    except ValueError:  # brackets that are no IPv6 address
        host = ""
    # A scheme is missing, or botocore has masked a part of it in the URL of a proxy.
    scheme = scheme if re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", scheme) else "http"
    return one_line(f"{scheme}://{host}") if host else "an unknown address"


def _name_of(error: BaseException) -> str:
    """The class of ``error`` as botocore calls it: what answers in botocore's place, such as moto, derives its own."""
    kinds = type(error).__mro__
    return next((kind for kind in kinds if kind.__module__ == "botocore.exceptions"), kinds[0]).__name__


def _chain(error: BaseException) -> list[BaseException]:
    """``error`` and what it was made from, down to the words of the system or of OpenSSL."""
    chain: list[BaseException] = []
    below: object = error
    while isinstance(below, BaseException) and below not in chain and len(chain) < 10:
        chain.append(below)
        reason = getattr(below, "original_error", None) or getattr(below, "kwargs", {}).get("error")
        below = reason or below.__cause__ or below.__context__
    return chain


def _rebuilt(error: Any) -> Exception:
    """Rebuild botocore's exception without its request and context, which contain secrets."""
    kwargs: Mapping[str, object] = error.kwargs
    said = {
        name: one_line(str(without_secrets(str(given)))) if name.endswith("_url") else _reason(given)
        for name, given in kwargs.items()
    }
    return type(error)(**said)  # type: ignore[no-any-return]


def _reason(error: object) -> str:
    """The error's name, and the words of the system or of OpenSSL, if any. Other words quote the answer."""
    name, below = type(error).__name__, error
    while isinstance(below, BaseException):
        if isinstance(below, OSError) and below.strerror:
            return one_line(f"{name}: {below.strerror}")
        below = below.__context__
    return name
