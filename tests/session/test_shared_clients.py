"""Sessions of the same settings share a boto3 client; a further one costs little, and old ones are let go."""

import gc
import itertools
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth._cognito import client as _boto
from tests.support.makers import NewSession
from tests.support.processes import run
from tests.support.scripted_cognito import Answer, ScriptedCognito, signs_in
from tests.support.together import run_together

_timeouts = itertools.count(1000)


def client(**settings: Any) -> Any:
    """The shared client of these settings, as a session gets it."""
    usual: dict[str, Any] = {
        "service": "cognito-idp",
        "region": "eu-west-1",
        "endpoint_url": None,
        "connect_timeout": 5,
        "read_timeout": 15,
    }
    return _boto.shared_client(**{**usual, **settings})


@pytest.fixture
def fill() -> Iterator[Any]:
    """``fill()`` asks for so many other clients that all former ones are let go."""

    def ask() -> None:
        for _ in range(_boto.MOST_CLIENTS):
            client(read_timeout=next(_timeouts))

    yield ask
    with _boto._lock:
        _boto._clients.clear()


def sign_in(session: auth.Session) -> bool:
    return auth.sign_in("alice", "Correct-h0rse!", session=session).is_signed_in


def test_the_same_settings_share_one() -> None:
    assert client() is client()


@pytest.mark.parametrize(
    "settings",
    [
        {"service": "cognito-identity"},
        {"region": "eu-west-2"},
        {"endpoint_url": "http://127.0.0.1:9"},
        {"connect_timeout": 6},
        {"read_timeout": 16},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_other_settings_have_another(settings: dict[str, Any]) -> None:
    other = client(**settings)

    assert other is not client()
    assert other is client(**settings)


def test_all_come_from_one_session_of_botocore() -> None:
    first, second = client(read_timeout=next(_timeouts)), client(region="us-east-1", read_timeout=next(_timeouts))

    models = [made.meta.service_model._service_description for made in (first, second)]
    assert models[0] is models[1]


def test_each_further_one_has_its_own_region_endpoint_and_timeouts() -> None:
    made = client(region="us-gov-west-1", connect_timeout=7, read_timeout=next(_timeouts))
    other = client(region="cn-north-1", connect_timeout=8, read_timeout=next(_timeouts))

    assert made.meta.endpoint_url == "https://cognito-idp.us-gov-west-1.amazonaws.com"
    assert other.meta.endpoint_url == "https://cognito-idp.cn-north-1.amazonaws.com.cn"
    assert [made.meta.config.connect_timeout, other.meta.config.connect_timeout] == [7, 8]


def test_a_variable_of_the_environment_counts_when_a_further_one_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    timeout = next(_timeouts)
    before = client(read_timeout=timeout)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    during = client(region="us-east-1", read_timeout=timeout)
    monkeypatch.undo()

    assert during.meta.endpoint_url == "https://cognito-idp-fips.us-east-1.amazonaws.com"
    assert during._endpoint.http_session._verify == str(bundle)
    assert client(read_timeout=timeout) is before


class TestLettingGo:
    def test_there_are_never_too_many(self, fill: Any) -> None:
        fill()
        fill()

        assert len(_boto._clients) == _boto.MOST_CLIENTS

    def test_the_one_that_was_not_used_for_longest_goes(self, fill: Any) -> None:
        fill()
        old, kept = (client(read_timeout=next(_timeouts)) for _ in range(2))
        timeout = kept.meta.config.read_timeout
        for _ in range(_boto.MOST_CLIENTS):
            client(read_timeout=timeout)
            client(read_timeout=next(_timeouts))

        assert kept in _boto._clients.values()
        assert old not in _boto._clients.values()

    def test_it_is_freed(self, fill: Any) -> None:
        """Without Python's collector: it is in no cycle."""
        fill()
        gone = weakref.ref(client(read_timeout=next(_timeouts)))
        gc.disable()
        try:
            fill()
            assert gone() is None
        finally:
            gc.enable()

    def test_its_connections_are_closed(self, fill: Any) -> None:
        """Even if something still holds it."""
        with ScriptedCognito() as server:
            server.on("InitiateAuth", signs_in())
            options = {"endpoint_url": server.url, "auth_flow_type": "USER_PASSWORD_AUTH"}
            session = auth.Session(user_pool_id="eu-west-1_x", user_pool_client_id="c", **options)  # type: ignore[arg-type]
            sign_in(session)
            held = _boto.user_pool_client(session.config)

            fill()

            server.wait_until_closed()
            assert held not in _boto._clients.values()

    def test_a_session_goes_on(self, fill: Any, scripted: ScriptedCognito, new_session: NewSession) -> None:
        scripted.on("InitiateAuth", signs_in()).on("GetTokensFromRefreshToken", signs_in())
        session = new_session()
        sign_in(session)

        fill()

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

    def test_a_request_under_way_is_not_disturbed(
        self, fill: Any, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        arrived, go_on = threading.Event(), threading.Event()

        def slow(_: object) -> Answer:
            arrived.set()
            go_on.wait(30)
            return signs_in()

        scripted.on("InitiateAuth", slow)
        session = new_session()
        caller = threading.Thread(target=sign_in, args=(session,))
        caller.start()
        assert arrived.wait(30)

        fill()
        go_on.set()
        caller.join(30)

        assert session.is_signed_in

    def test_many_threads_with_many_settings_get_what_they_ask_for(self, fill: Any) -> None:
        asked = [next(_timeouts) for _ in range(_boto.MOST_CLIENTS + 8)]
        left = iter(asked * 2)

        def one() -> bool:
            return all(client(read_timeout=timeout).meta.config.read_timeout == timeout for timeout in left_of(left))

        results = run_together(8, one)

        assert results == [True] * 8


_taking = threading.Lock()


def left_of(items: Iterator[int]) -> Iterator[int]:
    """The items that no other thread takes."""
    while True:
        with _taking:
            item = next(items, None)
        if item is None:
            return
        yield item


MEASURE = """
import gc, os, sys
from amplify_auth._cognito.client import shared_client

def mebibytes():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def use(number):
    shared_client("cognito-idp", **{"region": "eu-west-1", "endpoint_url": None, "connect_timeout": 5,
        "read_timeout": 15, **{sys.argv[1]: eval(sys.argv[2])(number)}})

use(0)
before = mebibytes()
for number in range(1, 31):
    use(number)
print((mebibytes() - before) / 30)
"""


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="Only Linux says how much memory a process has.")
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("endpoint_url", "lambda number: f'http://127.0.0.1:{number + 1}'"),
        ("region", "lambda number: f'eu-west-{number}'"),
        ("read_timeout", "lambda number: number + 1"),
    ],
)
def test_a_further_one_takes_what_boto3s_own_would(setting: str, value: str) -> None:
    assert float(run("-c", MEASURE, setting, value).stdout) < 1
