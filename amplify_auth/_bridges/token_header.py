"""The header that carries a token: its name and its form, and how it is kept from other servers after a redirect.

requests and httpx carry the headers of a request along when they follow a redirect. To another server they leave out
``Authorization`` alone. Here it is seen to that they leave out another header too. Neither library is imported.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, Final, Self, final
from urllib.parse import urljoin, urlsplit

from .. import _arguments as arguments
from .._masking import Value, value
from .._typed_text import stripped
from ..errors import AuthConfigurationError, AuthValidationError

_AUTHORIZATION: Final = "authorization"
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")  # a token of RFC 9110, section 5.6.2
#: Headers that say how the message is read or where it goes, and those that the clients set or remove themselves.
_RESERVED: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "location",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_PORTS: Final = {"http": 80, "https": 443}
#: What some readers of an address leave out, quote, or take for a slash: they do not agree on its server.
_UNCLEAR: Final = re.compile(r"[\x00-\x1f\x7f\\]")


@final
@value
class TokenHeader(Value):
    """A header that carries a token.

    Attributes:
        name: Its name.
        scheme: The word before the token (RFC 9110, section 11.1); empty: the token alone.
    """

    name: str = "Authorization"
    scheme: str = "Bearer"

    @classmethod
    def checked(cls, name: object, scheme: object) -> Self:
        """The header that the caller of ``http_auth`` asks for.

        Raises:
            AuthValidationError: It cannot carry a token.
        """
        header = stripped(arguments.required(name, "header", "InvalidArgument", "header is required."))
        if not _NAME.fullmatch(header):
            raise _wrong("header is not the name of an HTTP header.", 'Pass the name alone, such as "X-Api-Token".')
        if header.lower() in _RESERVED:
            raise _wrong(
                "header is one that HTTP clients use for themselves.",
                'Pass "Authorization" or a header of the API\'s own, such as "X-Api-Token".',
            )
        word = arguments.optional(scheme, "scheme")
        if word is None:
            raise _wrong("scheme is None.", 'Pass scheme="" to send the token alone.')
        word = stripped(word)
        if word and not _NAME.fullmatch(word):
            raise _wrong(
                "scheme is not one word.", 'Pass a word such as "Bearer", or scheme="" to send the token alone.'
            )
        return cls(header, word)

    @property
    def key(self) -> tuple[str, str]:
        """The same for headers that servers read as the same."""
        return self.name.lower(), self.scheme

    # httpx

    def put(self, request: Any, text: str) -> None:
        """Set the header of an httpx request, so that a redirect to another server does not carry it.

        Raises:
            AuthConfigurationError: A redirect in this version of httpx would carry it.
        """
        request.headers[self.name] = text
        if self.name.lower() == _AUTHORIZATION:
            return
        own = self.name.lower().encode()
        given: Any = request.headers
        make: Callable[[object], Any] = given.__class__
        headers = make([(_Name(name) if name.lower() == own else name, said) for name, said in given.raw])
        following = make(make(headers).raw)  # as httpx makes those of the request that a redirect leads to
        following.pop("Authorization", None)
        if self.name in following:
            del request.headers[self.name]
            raise AuthConfigurationError(
                f"This version of httpx would carry the header {self.name} to another server after a redirect.",
                name="UnsupportedHttpx",
                recovery_suggestion='Use httpx 0.27 or 0.28, or http_auth() with header="Authorization".',
            )
        request.headers = headers

    # requests

    def remove_before_redirect(self, response: Any) -> None:
        """Remove the header from the request of ``response`` if that is a redirect to another server.

        requests makes the request that the redirect leads to from this one, after this.
        """
        headers = response.request.headers
        if self.name.lower() != _AUTHORIZATION and self.name in headers and _leaves_the_server(response):
            del headers[self.name]


class _Name(bytes):
    """The name of a header that httpx removes together with ``Authorization``: from a redirect to another origin.

    httpx keeps the name that is sent, and the same in lower case, by which it finds and removes the header.
    """

    __slots__ = ()

    def lower(self) -> bytes:
        return _Key(bytes.lower(self))


class _Key(bytes):
    """A name in lower case, which also equals ``b"authorization"``."""

    __slots__ = ()

    def lower(self) -> bytes:
        return self

    def __eq__(self, other: object) -> bool:
        return bytes(self) == other or other == _AUTHORIZATION.encode()

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = bytes.__hash__


def _leaves_the_server(response: Any) -> bool:
    """True if ``response`` of requests is a redirect to another server, or to nowhere that can be read."""
    if not response.is_redirect:
        return False
    requote: Any = sys.modules["requests.utils"].requote_uri
    base, target = str(response.url), str(response.headers["location"])
    if _UNCLEAR.search(target):
        return True
    try:  # the same steps as in SessionRedirectMixin.resolve_redirects
        if target.startswith("//"):
            target = f"{urlsplit(base).scheme}:{target}"
        parts = urlsplit(target)
        target = str(requote(parts.geturl()))  # parts first: what they leave out must not be quoted and kept
        target = target if parts.netloc else urljoin(base, target)
        return not is_same_server(str(response.request.url), target)
    except ValueError:
        return True


def is_same_server(old: str, new: str) -> bool:
    """True if a token for ``old`` may go to ``new``: both are of one origin (RFC 6454), or differ by HTTPS alone.

    Both libraries let the token go from HTTP to HTTPS on their default ports.

    Raises:
        ValueError: One is no address.
    """
    before, after = _origin(old), _origin(new)
    return before == after or (before == ("http", before[1], 80) and after == ("https", before[1], 443))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, _PORTS.get(parts.scheme) if parts.port is None else parts.port


def _wrong(message: str, advice: str) -> AuthValidationError:
    return AuthValidationError(message, name="InvalidArgument", recovery_suggestion=advice)
