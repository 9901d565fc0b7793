"""A user's bearer token on HTTP requests: an object that requests and httpx take as ``auth=``.

Neither library is imported here. requests hands its request over, and httpx is looked up in ``sys.modules``.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, NoReturn, TypeVar

from .. import _arguments as arguments
from .._renewal import Refreshable, present, require_user
from .._values import TOKEN_USES, SignedIn, TokenUse
from ..errors import AuthError, AuthStateError, UserUnAuthenticatedException

R = TypeVar("R")

#: Gives a token that is good to send. It is called with the token that a server refused, to get another one.
TokenSource = Callable[[str | None], str]


class BearerAuth:
    """Adds ``Authorization: Bearer`` (RFC 6750) to requests, and sends one again if its token was refused.

    If the answer is 401, the request is sent once more with a newer token, if its body can be sent again: no body,
    text, bytes, or a file that can be rewound, but not a generator. If a server refuses a token that is new, that
    token is not refreshed for every further request. If no newer token is available, you get the 401 response. After
    a redirect to another host the token is not sent.

    Args:
        token: Gives a token that is good to send. It is called with the token that a server refused, to get another
            one.
    """

    def __init__(self, token: TokenSource) -> None:
        self._token = token
        self._refused_hash: int | None = None  # of a new token that was refused

    @property  # type: ignore[misc]
    def __class__(self) -> type[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        # httpx takes only instances of its own base class as more than a function (httpx 0.28, Client._build_auth).
        # isinstance() asks the type, then ``__class__``: so it can be an instance whenever httpx is imported.
        httpx: Any = sys.modules.get("httpx")
        return type(self) if httpx is None else httpx.Auth

    def __reduce__(self) -> NoReturn:
        raise TypeError("The session behind an http_auth() cannot be pickled.")

    # requests

    def __call__(self, request: R) -> R:
        """Prepare a ``requests.PreparedRequest``."""
        prepared: Any = request
        header = self._header(None)
        prepared.headers["Authorization"] = header
        position = _position(prepared.body)

        def send_again(response: Any, **options: Any) -> Any:
            return self._send_again(response, header, position, options)

        prepared.register_hook("response", send_again)
        return request

    def _send_again(self, response: Any, header: str, position: int | None, options: dict[str, Any]) -> Any:
        request = response.request
        if not self._was_refused(response, header) or not _rewind(request.body, position):
            return response
        try:
            newer = self._newer(header)
        except BaseException:
            response.close()  # the caller does not get it
            raise
        if newer is None:
            return response
        _ = response.content  # read to the end, so that the connection can be used again
        response.close()
        request.headers["Authorization"] = newer  # in place: a redirect that follows copies this very request
        again = response.connection.send(request, **options)
        again.history.append(response)
        again.request = request
        self._remember_refusal(again.status_code, newer)
        return again

    # httpx

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """What ``httpx.Client`` calls for each request."""
        header = self._header(None)
        request.headers["Authorization"] = header
        response = yield request
        refused = response.request  # after a redirect, not the one that was made
        if self._was_refused(response, header) and _can_repeat(refused.stream):
            newer = self._newer(header)
            if newer is not None:
                refused.headers["Authorization"] = newer
                response = yield refused
                self._remember_refusal(response.status_code, newer)

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """What ``httpx.AsyncClient`` calls for each request; a refresh does not block the event loop."""
        from anyio.to_thread import run_sync  # httpx runs on anyio

        header = await run_sync(self._header, None)
        request.headers["Authorization"] = header
        response = yield request
        refused = response.request
        if self._was_refused(response, header) and _can_repeat(refused.stream):
            newer = await run_sync(self._newer, header)
            if newer is not None:
                refused.headers["Authorization"] = newer
                response = yield refused
                self._remember_refusal(response.status_code, newer)

    # both

    def _header(self, refused: str | None) -> str:
        return f"Bearer {self._token(refused)}"

    def _was_refused(self, response: Any, header: str) -> bool:
        # The last request of a chain of redirects: without our header it was another server that refused.
        return bool(response.status_code == 401 and response.request.headers.get("Authorization") == header)

    def _newer(self, header: str) -> str | None:
        """The header with another token; None if another one would not help, or is not available."""
        if hash(header) == self._refused_hash:
            return None
        try:
            newer = self._header(header.removeprefix("Bearer "))
        except UserUnAuthenticatedException:  # the session is over
            raise
        except AuthError:
            return None
        return None if newer == header else newer

    def _remember_refusal(self, status: int, header: str) -> None:
        if status == 401:
            self._refused_hash = hash(header)


def _position(body: Any) -> int | None:
    """Where a file body starts; None if it cannot be rewound, or is not a file."""
    try:
        return int(body.tell())
    except (AttributeError, OSError, ValueError):
        return None


def _rewind(body: Any, position: int | None) -> bool:
    """Make the body of a ``requests`` request ready to be sent again; False if it cannot be."""
    if body is None or isinstance(body, str | bytes | bytearray):
        return True
    if position is None:
        return False
    try:
        body.seek(position)
    except (AttributeError, OSError, ValueError):
        return False
    return True


def _can_repeat(stream: Any) -> bool:
    """Whether the body of an ``httpx`` request can be sent again."""
    httpx: Any = sys.modules["httpx"]
    if isinstance(stream, httpx.ByteStream):
        return True
    # A multipart body rewinds its files itself. Were its parts named otherwise, it would not be sent again.
    fields: Any = getattr(stream, "fields", None)
    return fields is not None and all(_is_rewindable(getattr(field, "file", b"")) for field in fields)


def _is_rewindable(content: Any) -> bool:
    if isinstance(content, str | bytes):
        return True
    seekable = getattr(content, "seekable", None)
    return callable(seekable) and bool(seekable())


def bearer_source(user: Refreshable[SignedIn], token_use: TokenUse) -> TokenSource:
    """The source of the tokens of ``user``. All requests whose token was refused share one refresh.

    Args:
        user: The signed-in user.
        token_use: The kind of token.

    Raises:
        AuthValidationError: ``token_use`` is another value.
    """
    use = arguments.required(token_use, "token_use", "InvalidArgument", "token_use is required.")
    arguments.one_of(use, "token_use", TOKEN_USES)

    def token_of(signed_in: SignedIn) -> str:
        token = signed_in.tokens.access_token if use == "access" else signed_in.tokens.id_token
        if token is None:
            raise AuthStateError(
                "The session has no ID token.",
                name="InvalidIdTokenException",
                recovery_suggestion="Let the app client issue ID tokens (the openid scope), or use the access token.",
            )
        return token

    def source(refused: str | None) -> str:
        current = user.value
        if refused is not None and current is not None and token_of(current) == refused:
            return token_of(present(user.get_other_than(current)))
        return token_of(require_user(user))

    return source
