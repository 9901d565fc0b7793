"""Why there was no answer, each cause on real connections: the error says it, names the URL and gives advice."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.raw_server import CLOSES, STALLS, RawServer
from tests.support.tls import TlsServer, certificate

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("slept")]

PROXY_PASSWORD = "pr0xy-canary"


def _fails(url: str, **options: float) -> auth.AuthError:
    options = {"connect_timeout": 2.0, "read_timeout": 0.2, **options}
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="client", endpoint_url=url, **options)
    with pytest.raises(auth.AuthError) as caught:
        auth.resend_sign_up_code("alice", session=session)
    return caught.value


def _is_network_error(error: auth.AuthError, url: str, happened: str, *advice: str, passes: bool = True) -> None:
    assert type(error) is auth.AuthNetworkError
    assert error.message.startswith(f"ResendConfirmationCode got no answer from {url}: ")
    assert happened in error.message
    for words in advice:
        assert words in str(error.recovery_suggestion)
    assert (error.name, error.is_retryable, error.operation) == ("NetworkError", passes, "ResendConfirmationCode")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens at, kept from everybody else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="module")
def good_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls") / "good.pem")


@pytest.fixture(scope="module")
def tls(good_certificate: Path) -> Iterator[TlsServer]:
    with TlsServer(good_certificate) as server:
        yield server


# Certificates


def test_a_certificate_that_is_trusted_is_no_error(
    tls: TlsServer, good_certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(good_certificate))
    session = Session(
        user_pool_id="eu-west-1_A",
        user_pool_client_id="client",
        endpoint_url=tls.url,
        read_timeout=5,
        connect_timeout=5,
    )

    assert auth.resend_sign_up_code("alice", session=session) is not None


def test_a_certificate_that_is_not_trusted_names_the_bundle(tls: TlsServer) -> None:
    _is_network_error(_fails(tls.url), tls.url, "not trusted", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", passes=False)


def test_a_certificate_of_another_host_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path / "other.pem", host="127.0.0.99")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
    with TlsServer(path) as server:
        error = _fails(server.url)

    _is_network_error(error, server.url, "another host", "endpoint_url", "AWS_CA_BUNDLE", passes=False)


def test_a_certificate_that_has_expired_names_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path / "old.pem", ends=datetime.timedelta(days=-1))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
    with TlsServer(path) as server:
        error = _fails(server.url)

    _is_network_error(error, server.url, "has passed", "clock", "AWS_CA_BUNDLE", passes=False)


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "No such file"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_text("junk"), "there is no certificate in it"),
        (lambda path: path.touch(), "there is no certificate in it"),
    ],
    ids=["missing", "directory", "junk", "empty"],
)
def test_a_bundle_that_cannot_be_read_is_named_with_its_path(
    make: Callable[[Path], object],
    reason: str,
    variable: str,
    tls: TlsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "bundle.pem"
    make(path)
    monkeypatch.setenv(variable, str(path))
    error = _fails(tls.url)

    assert type(error) is errors.AuthConfigurationError
    assert str(path) in error.message
    assert reason in error.message
    assert variable in str(error.recovery_suggestion)
    assert not error.is_retryable


def test_a_bundle_that_is_missing_is_noticed_before_anything_is_sent(
    closed_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "missing.pem"))

    assert type(_fails(f"https://127.0.0.1:{closed_port}")) is errors.AuthConfigurationError


def test_a_bundle_that_is_deleted_later_is_named_too(
    tls: TlsServer, good_certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.pem"
    path.write_bytes(good_certificate.read_bytes())
    monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="client", endpoint_url=tls.url)
    auth.resend_sign_up_code("alice", session=session)
    path.unlink()
    with pytest.raises(errors.AuthConfigurationError, match="No such file"):
        auth.resend_sign_up_code("alice", session=session)


def test_an_empty_bundle_variable_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "")
    error = _fails("https://127.0.0.1:9")

    if type(error) is not auth.AuthNetworkError:  # an older botocore takes it for none
        assert type(error) is errors.AuthConfigurationError
        assert "AWS_CA_BUNDLE" in error.message


# TLS and no TLS


def test_https_to_a_port_without_tls_says_so() -> None:
    with RawServer(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as server:
        url = server.url.replace("http:", "https:")

        _is_network_error(_fails(url), url, "does not speak TLS", "http:// instead of https://", passes=False)


def test_http_to_a_port_with_tls_names_https(tls: TlsServer) -> None:
    error = _fails(tls.url.replace("https:", "http:"))

    assert type(error) is auth.AuthNetworkError
    assert "https://" in str(error.recovery_suggestion)


def test_a_page_of_a_server_that_wants_tls_names_https() -> None:
    page = b"<html>400 The plain HTTP request was sent to HTTPS port</html>"
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    with RawServer(head + page) as server:
        error = _fails(server.url)

    assert type(error) is auth.AuthProtocolError
    assert "https://" in str(error.recovery_suggestion)


# Connections


def test_a_refused_connection_says_so(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"

    _is_network_error(_fails(url), url, "refused", "endpoint_url")


def test_a_name_that_does_not_resolve_says_so() -> None:
    url = "http://nowhere.invalid:9"

    _is_network_error(_fails(url), url, "cannot be resolved", "region", "HTTPS_PROXY")


def test_an_answer_that_does_not_come_in_time_says_so() -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n", STALLS) as server:
        _is_network_error(_fails(server.url), server.url, "within read_timeout", "read_timeout", passes=False)


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        ("timeout", "no answer came within read_timeout"),
        ("dropped", "closed before a whole answer"),
        ("unreachable", "no connection could be made"),
    ],
)
def test_the_faults_of_a_mock_say_what_those_of_a_network_say(
    fault: Any, happened: str, cognito: MockCognito, pool_of: PoolOf, session_of: SessionOf, slept: list[float]
) -> None:
    session = session_of(pool_of())
    cognito.fail_next("ResendConfirmationCode", fault, times=3)
    with pytest.raises(auth.AuthNetworkError, match=happened):
        auth.resend_sign_up_code("alice", session=session)


def test_a_connection_that_is_not_made_in_time_says_so() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        error = _fails(url, connect_timeout=0.1)
        for client in waiting:
            client.close()

    _is_network_error(error, url, "within connect_timeout", "firewall")


@pytest.mark.parametrize(
    ("answer", "happened"),
    [(b"", "closed before a whole answer"), (b"SSH-2.0-nobody\r\n", "does not speak HTTP")],
    ids=["none", "another protocol"],
)
def test_a_connection_that_breaks_says_so(answer: bytes, happened: str) -> None:
    with RawServer(answer, CLOSES) as server:
        _is_network_error(_fails(server.url), server.url, happened, "https://", passes=False)


# Proxies


@pytest.mark.parametrize(
    ("status", "happened", "advice", "passes"),
    [
        (b"407 Proxy Authentication Required", "wants a user name and a password (status 407)", "user:password", False),
        (b"403 Forbidden", "does not connect to it (status 403)", "NO_PROXY", True),
        (b"502 Bad Gateway", "cannot reach it (status 502)", "typo", True),
    ],
    ids=["407", "403", "502"],
)
def test_a_proxy_that_opens_no_tunnel_says_why(
    status: bytes, happened: str, advice: str, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//someone:{PROXY_PASSWORD}@"))
        error = _fails("https://cognito.invalid")

    _is_network_error(error, "https://cognito.invalid", f"the proxy {proxy.url} {happened}", advice, passes=passes)
    assert PROXY_PASSWORD not in repr(vars(error)) + repr(error.__cause__) + repr(vars(error.__cause__))


def test_a_proxy_that_is_not_there_says_so(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = f"http://127.0.0.1:{closed_port}"
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    _is_network_error(
        _fails("https://cognito.invalid"), "https://cognito.invalid", f"the proxy {proxy} refused", "HTTPS_PROXY"
    )


@pytest.mark.parametrize("url", ["http://[bad", "::x", "http://host:port", "http://a:b#c@host:3128"])
def test_a_proxy_whose_url_is_none_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    error = _fails("https://cognito.invalid")

    _is_network_error(error, "https://cognito.invalid", "cannot be read", "HTTPS_PROXY", "HTTP_PROXY", passes=False)
    assert "not known" not in error.message  # it was not sent


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "ftp"])
def test_a_proxy_that_is_not_for_http_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://user:{PROXY_PASSWORD}@127.0.0.1:1080")
    error = _fails("https://cognito.invalid")

    _is_network_error(error, "https://cognito.invalid", f"begins with {scheme}://", "an HTTP proxy", passes=False)
    assert PROXY_PASSWORD not in f"{error} {error.__cause__}"


def test_a_proxy_whose_name_does_not_resolve_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://nowhere.invalid:3128")
    error = _fails("https://cognito.invalid")

    _is_network_error(error, "https://cognito.invalid", "proxy http://nowhere.invalid:3128 cannot be", "HTTPS_PROXY")


# The URL


@pytest.mark.parametrize("password", ["canary", "can@ary", "can:ary", "can%2Fary"])
def test_the_url_is_shown_without_who_it_is_for(password: str, closed_port: int) -> None:
    error = _fails(f"http://user:{password}@127.0.0.1:{closed_port}/path-canary")

    everything = error.message + str(error.recovery_suggestion) + repr(vars(error))
    assert "canary" not in everything
    assert "ary@" not in everything


def test_the_signing_keys_say_where_they_were_asked_for(closed_port: int) -> None:
    pytest.importorskip("jwt")
    url = f"http://user:canary@127.0.0.1:{closed_port}"
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="client", endpoint_url=url)
    token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.c2ln"
    with pytest.raises(auth.AuthNetworkError, match=f"from http://127.0.0.1:{closed_port}: .*refused") as caught:
        auth.verify_token(token, token_use="access", session=session)
    assert "canary" not in caught.value.message


def test_the_identity_pool_names_its_own_option(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    session = Session(
        user_pool_id="eu-west-1_A",
        user_pool_client_id="client",
        identity_pool_id="eu-west-1:0f5e1c2a-0000-4000-8000-000000000000",
        identity_pool_endpoint_url=url,
        allow_guest_access=True,
    )
    with pytest.raises(auth.AuthNetworkError, match=f"GetId got no answer from {url}: ") as caught:
        auth.fetch_auth_session(session=session)
    assert "identity_pool_endpoint_url" in str(caught.value.recovery_suggestion)
