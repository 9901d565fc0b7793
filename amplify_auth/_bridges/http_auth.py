"""A user's token on HTTP requests: an object that requests and httpx take as ``auth=``.

Which header carries the token, and how it is kept from other servers, is in ``token_header``. Neither library is
imported here. requests hands its request over, and httpx is looked up in ``sys.modules``.

No local variable holds a token in clear while an error could pass: some reports of errors show the variables of every
frame.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NoReturn, TypeVar

import attrs

from .. import _arguments as arguments
from .._events import Listeners
from .._masking import Masked, Value, secret, value
from .._public_call import public
from .._renewal import Refreshable, present, require_user
from .._values import OTHER_WORDS, TOKEN_USES, SignedIn, TokenUse, decode_jwt_payload
from ..errors import AuthError, AuthStateError, UserUnAuthenticatedException
from .one_thread import OneThread
from .token_header import TokenHeader

R = TypeVar("R")


def _nothing() -> None:
    pass


def _always(*_: object) -> bool:
    return True


@value
class TokenSource(Value):
    """Where the tokens come from.

    Attributes:
        get: Gives a token that is good to send. It is called with the token that a server refused, to get another one.
            It may take long.
        fresh: Gives what ``get`` would give at once; None if ``get`` is to be called. Never waits.
        unexpired: Gives a token that may be sent while another one is fetched; None if all have expired. Never waits.
        version: What ``get`` would start from: another object if the user or the tokens have changed.
        deferred: Holds back the events of this thread while other tasks wait for the token.
        is_same_user: Says if two tokens are of one user. A request is not sent again as another user.
    """

    get: Callable[[str | None], str]
    fresh: Callable[[], str | None] = _nothing
    unexpired: Callable[[], str | None] = _nothing
    version: Callable[[], object] = _nothing
    deferred: Callable[[], AbstractContextManager[object]] = nullcontext
    is_same_user: Callable[[str, str], bool] = _always


@value
class _Bearer(Masked):
    """A token, with the content of the header that carries it."""

    token: str = secret()
    scheme: str = attrs.field(default="Bearer", repr=False)

    @property
    def header(self) -> str:
        return f"{self.scheme} {self.token}" if self.scheme else self.token


class BearerAuth:
    """Adds a user's token to requests, and sends one again if its token was refused.

    If the answer is 401, the request is sent once more with a newer token, if its body can be sent again: no body,
    text, bytes, or a file that can be rewound, but not a generator. If a server refuses a token that is new, that
    token is not refreshed for every further request. If no newer token is available, you get the 401 response. After
    a redirect to another server the token is not sent, whichever header carries it.

    Tasks of an event loop send a fresh token without a thread. All tasks that need a new one wait for one thread.

    Args:
        token: The source of the tokens, or its function ``get`` alone.
        header: What carries the token; default: ``Authorization: Bearer`` (RFC 6750).
    """

    def __init__(
        self,
        token: TokenSource | Callable[[str | None], str],
        header: TokenHeader = TokenHeader(),  # noqa: B008
    ) -> None:
        self._source = token if isinstance(token, TokenSource) else TokenSource(token)
        self._token = self._source.get
        self._header = header
        self._for_tasks = OneThread(self._bearer, self._source.deferred)
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
        bearer = self._bearer(None)
        prepared.headers[self._header.name] = bearer.header
        position = _position(prepared.body)

        def answered(response: Any, **options: Any) -> Any:
            last = self._send_again(response, bearer, position, options)
            self._header.remove_before_redirect(last)
            return last

        prepared.register_hook("response", answered)
        return request

    def _send_again(self, response: Any, bearer: _Bearer, position: int | None, options: dict[str, Any]) -> Any:
        request = response.request
        if not self._was_refused(response, bearer) or not _rewind(request.body, position):
            return response
        try:
            newer = self._newer(bearer)
        except BaseException:
            response.close()  # the caller does not get it
            raise
        if newer is None:
            return response
        _ = response.content  # read to the end, so that the connection can be used again
        response.close()
        request.headers[self._header.name] = newer.header  # in place: a redirect that follows copies this very request
        again = response.connection.send(request, **options)
        again.history.append(response)
        again.request = request
        self._remember_refusal(again.status_code, newer)
        return again

    # httpx

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """What ``httpx.Client`` calls for each request."""
        bearer = self._bearer(None)
        self._header.put(request, bearer.header)
        response = yield request
        refused = response.request  # after a redirect, not the one that was made
        if self._was_refused(response, bearer) and _can_repeat(refused.stream):
            newer = self._newer(bearer)
            if newer is not None:
                self._header.put(refused, newer.header)
                response = yield refused
                self._remember_refusal(response.status_code, newer)

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """What ``httpx.AsyncClient`` calls for each request; a refresh does not block the event loop."""
        bearer = await self._bearer_for_task(None)
        self._header.put(request, bearer.header)
        response = yield request
        refused = response.request
        if self._was_refused(response, bearer) and _can_repeat(refused.stream):
            newer = await self._newer_for_task(bearer)
            if newer is not None:
                self._header.put(refused, newer.header)
                response = yield refused
                self._remember_refusal(response.status_code, newer)

    async def _bearer_for_task(self, refused: _Bearer | None) -> _Bearer:
        version = self._source.version()  # read first: what changes later cannot be taken for what it was
        ready = self._ready(self._source.fresh, refused)
        if ready is None and refused is None and self._for_tasks.is_under_way(refused, version):
            ready = self._ready(self._source.unexpired, refused)
        return ready or await self._for_tasks.outcome(refused, version)

    async def _newer_for_task(self, bearer: _Bearer) -> _Bearer | None:
        if not self._may_help(bearer):
            return None
        try:
            newer = await self._bearer_for_task(bearer)
        except UserUnAuthenticatedException:
            raise
        except AuthError:
            return None
        return self._if_other(newer, bearer)

    def _ready(self, token: Callable[[], str | None], refused: _Bearer | None) -> _Bearer | None:
        found = token()
        return None if found is None or (refused is not None and found == refused.token) else self._bearer_of(found)

    # both

    def _bearer(self, refused: _Bearer | None) -> _Bearer:
        return self._bearer_of(self._token(None if refused is None else refused.token))

    def _bearer_of(self, token: str) -> _Bearer:
        return _Bearer(token, self._header.scheme)

    def _was_refused(self, response: Any, bearer: _Bearer) -> bool:
        # The last request of a chain of redirects: without our header it was another server that refused.
        return bool(response.status_code == 401 and response.request.headers.get(self._header.name) == bearer.header)

    def _newer(self, bearer: _Bearer) -> _Bearer | None:
        """Another token; None if another one would not help, or is not available."""
        if not self._may_help(bearer):
            return None
        try:
            newer = self._bearer(bearer)
        except UserUnAuthenticatedException:  # the session is over
            raise
        except AuthError:
            return None
        return self._if_other(newer, bearer)

    def _if_other(self, newer: _Bearer, refused: _Bearer) -> _Bearer | None:
        if newer == refused:
            return None
        if not self._source.is_same_user(newer.token, refused.token):
            raise UserUnAuthenticatedException(
                "Another user has signed in since the request was sent.",
                recovery_suggestion="Send it again if it is meant for that user. Give each user a Session.",
            )
        return newer

    def _may_help(self, bearer: _Bearer) -> bool:
        return hash(bearer.header) != self._refused_hash

    def _remember_refusal(self, status: int, bearer: _Bearer) -> None:
        if status == 401:
            self._refused_hash = hash(bearer.header)


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


def bearer_source(user: Refreshable[SignedIn], listeners: Listeners, token_use: TokenUse) -> TokenSource:
    """The source of the tokens of ``user``. All requests whose token was refused share one refresh.

    Args:
        user: The signed-in user.
        listeners: Their events wait until the tasks that need the token have it.
        token_use: The kind of token.

    Raises:
        AuthValidationError: ``token_use`` is another value.
    """
    use = arguments.required(token_use, "token_use", "InvalidArgument", "token_use is required.")
    arguments.one_of(use, "token_use", TOKEN_USES, also=OTHER_WORDS["token_use"])

    def known(signed_in: SignedIn | None) -> str | None:
        if signed_in is None:
            return None
        return signed_in.tokens.access_token if use == "access" else signed_in.tokens.id_token

    def token_of(signed_in: SignedIn) -> str:
        token = known(signed_in)
        if token is None:
            raise AuthStateError(
                "The session has no ID token.",
                name="InvalidIdTokenException",
                recovery_suggestion="Let the app client issue ID tokens (the openid scope), or use the access token.",
            )
        return token

    @public
    def get(refused: str | None) -> str:
        current = user.value
        is_current = refused is not None and known(current) == refused
        del refused  # an error may pass from here on
        if current is not None and is_current:
            return token_of(present(user.get_other_than(current)))
        return token_of(require_user(user))

    return TokenSource(
        get,
        fresh=lambda: known(user.fresh_value),
        unexpired=lambda: known(user.unexpired_value),
        version=lambda: user.value,
        deferred=listeners.deferred,
        is_same_user=lambda one, other: _subject(one) == _subject(other),
    )


def _subject(token: str) -> object:
    return decode_jwt_payload(token).get("sub")
