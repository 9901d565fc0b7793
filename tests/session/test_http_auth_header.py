"""``http_auth(header=, scheme=)``: what is sent, and sent again after a 401, and that no other server gets the token.

Over TCP, with the HTTP clients that people use. Two servers stand for two hosts: ``127.0.0.1`` and ``localhost``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import unquote

import anyio
import httpx
import pytest
import requests

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._bridges.http_auth import BearerAuth
from amplify_auth._bridges.token_header import TokenHeader, is_same_server
from amplify_auth.testing import MockPool
from tests.support.makers import SessionOf

OWN = "X-Api-Token"


class Server(ThreadingHTTPServer):
    """A server that redirects as the path says, and knows which contents of headers are good."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.named = f"http://localhost:{self.server_port}"
        self.bad: set[str] = set()
        self.seen: list[tuple[str, dict[str, str]]] = []

    def got(self, header: str = OWN) -> list[str | None]:
        """The content of this header in each request that arrived."""
        return [{name.lower(): said for name, said in headers.items()}.get(header.lower()) for _, headers in self.seen]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = cast(Server, self.server)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.seen.append((self.path, dict(self.headers.items())))
        status, _, target = self.path.partition("?")
        code = int(status.strip("/") or 200)
        if server.bad & set(self.headers.values()):
            code = 401
        self.send_response(code)
        if target and code != 401:
            self.send_header("Location", unquote(target))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def start() -> Iterator[Callable[[], Server]]:
    running: list[tuple[Server, threading.Thread]] = []

    def make() -> Server:
        server = Server()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield make
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(start: Callable[[], Server]) -> Server:
    return start()


@pytest.fixture
def other(start: Callable[[], Server]) -> Server:
    return start()


def with_requests(auth: Any, url: str, method: str = "GET", *, follow: bool = True, **options: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, auth=auth, timeout=10, allow_redirects=follow, **options)


def with_httpx(auth: Any, url: str, method: str = "GET", *, follow: bool = True, **options: Any) -> Any:
    with httpx.Client(auth=auth, timeout=10, follow_redirects=follow, trust_env=False) as client:
        return client.request(method, url, **options)


def with_async_httpx(auth: Any, url: str, method: str = "GET", *, follow: bool = True, **options: Any) -> Any:
    async def call() -> Any:
        async with httpx.AsyncClient(auth=auth, timeout=10, follow_redirects=follow, trust_env=False) as client:
            return await client.request(method, url, **options)

    return anyio.run(call)


@pytest.fixture(params=[with_requests, with_httpx, with_async_httpx])
def send(request: pytest.FixtureRequest) -> Any:
    return request.param


class Tokens:
    """``t0``, and after a refusal another one."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, refused: str | None) -> str:
        if refused == f"t{self.count}":
            self.count += 1
        return f"t{self.count}"


@pytest.fixture
def own() -> BearerAuth:
    """The token alone in a header of the API's own."""
    return BearerAuth(Tokens(), TokenHeader(OWN, ""))


# What is sent


@pytest.mark.parametrize(
    ("options", "name", "said"),
    [
        ({}, "Authorization", "Bearer {access}"),
        ({"token_use": "id", "scheme": ""}, "Authorization", "{id}"),
        ({"scheme": " "}, "Authorization", "{access}"),
        ({"scheme": "Token"}, "Authorization", "Token {access}"),
        ({"header": "X-Amz-Security", "scheme": ""}, "X-Amz-Security", "{access}"),
        ({"header": " x-api-token ", "token_use": "id"}, "x-api-token", "Bearer {id}"),
        ({"header": "authorization"}, "authorization", "Bearer {access}"),
    ],
)
def test_the_header_has_the_name_and_the_form_that_were_asked_for(
    signed_in: Session, send: Any, server: Server, options: Any, name: str, said: str
) -> None:
    tokens = signed_in.tokens
    assert tokens is not None
    assert send(signed_in.http_auth(**options), server.url).status_code == 200
    wanted = said.format(access=tokens.access_token, id=tokens.id_token)

    assert server.got(name) == [wanted]
    assert name.lower() == "authorization" or server.got("Authorization") == [None]


def test_the_same_arguments_give_the_same_object(signed_in: Session) -> None:
    assert signed_in.http_auth() is signed_in.http_auth(header="authorization", scheme="Bearer")
    assert signed_in.http_auth(header=OWN, scheme="") is signed_in.http_auth(header=OWN.lower(), scheme="")
    different = [
        signed_in.http_auth(),
        signed_in.http_auth(scheme=""),
        signed_in.http_auth(token_use="id"),
        signed_in.http_auth(header=OWN),
        signed_in.http_auth(header=OWN, scheme=""),
    ]
    assert len({id(item) for item in different}) == 5


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"header": ""}, "header is required"),
        ({"header": None}, "header is required"),
        ({"header": 5}, "header must be a str"),
        ({"header": "X-Secret: s3cret"}, "not the name of an HTTP header"),
        ({"header": "X-A\r\nX-Secret"}, "not the name of an HTTP header"),
        ({"header": "X-\u00c4"}, "not the name of an HTTP header"),
        ({"header": "Host"}, "use for themselves"),
        ({"header": "content-length"}, "use for themselves"),
        ({"header": "Cookie"}, "use for themselves"),
        ({"header": "Proxy-Authorization"}, "use for themselves"),
        ({"scheme": None}, "scheme is None"),
        ({"scheme": b"Bearer"}, "scheme must be a str"),
        ({"scheme": "Bearer s3cret"}, "not one word"),
        ({"scheme": "A\r\nB"}, "not one word"),
        ({"scheme": "Bearer:"}, "not one word"),
        ({"token_use": "refresh"}, "not one of"),
    ],
)
def test_wrong_arguments_are_refused(pool: MockPool, quick_session: SessionOf, options: Any, says: str) -> None:
    with pytest.raises(errors.AuthValidationError, match=says) as caught:
        quick_session(pool).http_auth(**options)
    assert "s3cret" not in str(caught.value)


# 401


def test_a_refused_token_is_replaced_in_every_header(send: Any, server: Server, own: BearerAuth) -> None:
    server.bad.add("t0")
    assert send(own, server.url, "POST", data={"a": "b"}).status_code == 200
    assert server.got() == ["t0", "t1"]


def test_a_session_renews_the_token_of_every_header(signed_in: Session, send: Any, server: Server) -> None:
    assert signed_in.tokens is not None
    refused = signed_in.tokens.access_token
    server.bad.add(refused)

    assert send(signed_in.http_auth(header=OWN, scheme=""), server.url).status_code == 200
    assert server.got() == [refused, signed_in.tokens.access_token]


def test_the_answer_to_the_second_request_may_redirect_too(
    send: Any, server: Server, other: Server, own: BearerAuth
) -> None:
    server.bad.add("t0")
    assert send(own, f"{server.url}/307?{other.url}/").status_code == 200
    assert server.got() == ["t0", "t1"]
    assert other.got() == [None]


def test_a_refusal_by_another_server_is_the_answer(send: Any, server: Server, other: Server, own: BearerAuth) -> None:
    assert send(own, f"{server.url}/302?{other.url}/401").status_code == 401
    assert server.got() == ["t0"]
    assert other.got() == [None]


def test_a_refusal_after_a_redirect_on_the_same_server_is_answered_with_another_token(
    send: Any, server: Server, own: BearerAuth
) -> None:
    server.bad.add("t0")
    url = f"{server.url}/302?/200"
    own._token(None)  # the first token is refused at the second step only, because the first one is not checked
    server.bad.clear()
    assert send(own, url).status_code == 200
    assert server.got() == ["t0", "t0"]


# Redirects


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["another port", "another name", "without a scheme"])
def test_another_server_does_not_get_the_token(
    send: Any, server: Server, other: Server, own: BearerAuth, code: int, where: str
) -> None:
    target = {"another port": other.url, "another name": other.named, "without a scheme": other.url[5:]}[where]
    assert send(own, f"{server.url}/{code}?{target}/").status_code == 200
    assert server.got() == ["t0"]
    assert other.got() == [None]
    assert other.got("Authorization") == [None]


def test_another_name_of_the_same_server_does_not_get_the_token(send: Any, server: Server, own: BearerAuth) -> None:
    assert send(own, f"{server.url}/302?{server.named}/").status_code == 200
    assert server.got() == ["t0", None]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["{url}/200", "/200", "200", "//{host}/200", "?"])
def test_the_same_server_gets_the_token_again(
    send: Any, server: Server, own: BearerAuth, code: int, where: str
) -> None:
    target = where.format(url=server.url, host=server.url[7:])
    if where == "?":
        target = "/200?"
    assert send(own, f"{server.url}/{code}?{target}", "POST").status_code == 200
    assert server.got() == ["t0", "t0"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_later_step_to_another_server_does_not_carry_it_either(
    send: Any, server: Server, other: Server, own: BearerAuth, method: str
) -> None:
    assert send(own, f"{server.url}/302?/307?{other.url}/", method, data={"a": "b"}).status_code == 200
    assert server.got() == ["t0", "t0"]
    assert other.got() == [None]


def test_a_step_back_to_the_first_server_does_not_carry_it(
    send: Any, server: Server, other: Server, own: BearerAuth
) -> None:
    assert send(own, f"{server.url}/302?{other.url}/302?{server.url}/").status_code == 200
    assert server.got() == ["t0", None]
    assert other.got() == [None]


def test_a_redirect_that_is_not_followed_is_prepared_without_the_token(
    send: Any, server: Server, other: Server, own: BearerAuth
) -> None:
    response = send(own, f"{server.url}/302?{other.url}/", follow=False)
    following = response.next if isinstance(response, requests.Response) else response.next_request

    assert response.status_code == 302
    assert OWN not in following.headers
    assert server.got() == ["t0"]


@pytest.mark.parametrize("target", ["http://[", "http://127.0.0.1:99999999/", "http:///nowhere"])
def test_a_target_that_cannot_be_read_gets_no_token(send: Any, server: Server, own: BearerAuth, target: str) -> None:
    with suppress(Exception):
        send(own, f"{server.url}/302?{target}")
    assert server.got() in (["t0"], ["t0", "t0"])  # the last one is read as a path of the same server


def test_requests_itself_says_that_a_target_cannot_be_read(server: Server, own: BearerAuth) -> None:
    with pytest.raises(requests.RequestException):
        with_requests(own, f"{server.url}/302?http://127.0.0.1:99999999/")


@pytest.mark.parametrize(
    "target",
    [
        "http:%09//{host}/",
        "ht%09tp://{host}/",
        "http:/%09/{host}/",
        "%01http://{host}/",
        "%0Chttp://{host}/",
        "%1Fhttp://{host}/",
        "http://{host}%5C@{own}/",
        "http://{own}%5C@{host}/",
        "/%5C{host}/",
        "http://{own}@{host}/",
    ],
)
def test_a_target_that_readers_understand_in_several_ways_gets_no_token(
    send: Any, server: Server, other: Server, own: BearerAuth, target: str
) -> None:
    """Python's reader of addresses leaves out tabs, line ends and what is before the scheme."""
    with suppress(Exception):
        send(own, f"{server.url}/302?{target.format(host=other.url[7:], own=server.url[7:])}")
    assert server.got()[0] == "t0"
    assert set(other.got()) <= {None}


def test_two_steps_of_one_client_do_not_share_a_header(send: Any, server: Server, other: Server) -> None:
    """What is removed for one request is there for the next."""
    own = BearerAuth(Tokens(), TokenHeader(OWN, ""))
    for _ in range(2):
        assert send(own, f"{server.url}/302?{other.url}/").status_code == 200
    assert server.got() == ["t0", "t0"]


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://A.example/x", "https://a.example/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("http://a.example:80/x", "https://a.example:443/x", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("http://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/", "https://b.example/", False),
        ("https://a.example/", "https://a.example.evil.example/", False),
        ("https://a.example/", "https://a.example@evil.example/", False),
        ("https://a.example/", "https://evil.example/a.example", False),
        ("https://a.example:1/", "https://a.example:2/", False),
        ("https://a.example/", "ftp://a.example/", False),
    ],
)
def test_which_addresses_are_of_one_server(old: str, new: str, is_same: bool) -> None:
    """As requests and httpx decide for ``Authorization``."""
    assert is_same_server(old, new) is is_same
    strips = requests.Session().should_strip_auth(old, new)
    assert is_same is not strips

    request = httpx.Request("GET", old)
    TokenHeader(OWN, "").put(request, "t0")
    following = httpx.Client()._redirect_headers(request, httpx.URL(new), "GET")
    assert (OWN in following) is is_same


# How httpx is given the header


def test_the_header_reads_as_any_other(own: BearerAuth) -> None:
    seen: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: seen.append(request) or httpx.Response(200))
    with httpx.Client(auth=own, transport=transport, headers={"Authorization": "Basic eA=="}) as client:
        client.get("http://api/")
    headers = seen[0].headers

    assert headers[OWN] == headers[OWN.lower()] == "t0"
    assert (OWN.encode(), b"t0") in headers.raw
    assert (b"Authorization", b"Basic eA==") in headers.raw


def test_a_version_of_httpx_that_would_carry_the_header_is_refused() -> None:
    class Headers(httpx.Headers):
        """As those of a version that gives and keeps names as plain bytes."""

        @property
        def raw(self) -> list[tuple[bytes, bytes]]:
            return [(bytes(name), said) for name, said in super().raw]

    request = httpx.Request("GET", "http://api")
    request.headers = Headers(request.headers)
    with pytest.raises(errors.AuthConfigurationError, match="another server") as caught:
        TokenHeader(OWN, "").put(request, "t0k3n")
    assert "t0k3n" not in str(caught.value)
    assert OWN not in request.headers


def test_no_representation_of_ours_shows_the_token(signed_in: Session) -> None:
    assert signed_in.tokens is not None
    own = signed_in.http_auth(header=OWN, scheme="")
    shown = repr(own) + repr(own._bearer(None)) + repr(own._header)
    assert signed_in.tokens.access_token not in shown
    auth.sign_out(session=signed_in)
