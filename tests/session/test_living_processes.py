"""Processes that share a session, while one of them cannot write, or somebody removes the file.

The processes are real, and take turns: each is asked for one thing and answers. The refresh token rotates without
grace, so a second use of the same one is refused for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognitoServer
from tests.support.processes import PYTHONPATH
from tests.support.users import PASSWORD, with_alice

pytestmark = pytest.mark.slow

Ask = Callable[[str], Any]
ENDED = "SessionEnded"


@pytest.fixture(scope="module")
def server() -> Iterator[MockCognitoServer]:
    with MockCognitoServer() as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


@pytest.fixture
def options(server: MockCognitoServer, path: Path) -> dict[str, Any]:
    """Those of a session in which alice is signed in; it is stored."""
    pool = with_alice(server.cognito.create_pool(refresh_token_rotation=True))
    options = {**pool.config, "endpoint_url": server.url, "auth_flow_type": "USER_PASSWORD_AUTH"}
    auth.sign_in("alice", PASSWORD, session=auth.Session(**options, storage=FileStorage(path)))
    return options


@pytest.fixture
def start(options: dict[str, Any], path: Path) -> Iterator[Callable[..., Ask]]:
    """Starts a process, and gives the function that asks it."""
    with ExitStack() as stack:

        def start(username: str | None = "alice") -> Ask:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.support.processes.shared_session", json.dumps(options), str(path)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    cwd=PYTHONPATH.split(":")[0],
                )
            )
            stack.callback(process.kill)

            def ask(what: str) -> Any:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(f"{what}\n")
                process.stdin.flush()
                return json.loads(process.stdout.readline())

            assert ask("username") == username
            return ask

        yield start


def stored(path: Path) -> Any:
    """The access token in the file; None if nobody is signed in there."""
    signed_in = json.loads(path.read_text())["signed_in"]
    return signed_in and signed_in["tokens"]["access_token"]


class TestOneThatCannotWriteItsRotatedToken:
    @pytest.fixture
    def writer(self, start: Callable[[], Ask]) -> Ask:
        """It has refreshed, and the file has a refresh token that is spent."""
        ask = start()
        ask("fill the disk")
        assert ask("refresh") not in (None, ENDED)
        return ask

    def test_goes_on_though_another_was_refused_on_the_old_one(
        self, writer: Ask, start: Callable[[], Ask], path: Path
    ) -> None:
        other = start()
        assert other("refresh") == ENDED
        assert stored(path) is None

        newest = writer("refresh")

        assert newest != ENDED
        writer("empty the disk")
        newest = writer("refresh")

        assert stored(path) == newest
        assert start()("refresh") not in (None, ENDED)

    def test_writes_it_before_the_next_refresh_if_it_is_asked_for_tokens(
        self, writer: Ask, start: Callable[[], Ask], path: Path
    ) -> None:
        """It may end before that."""
        writer("empty the disk")
        newest = writer("use")
        assert stored(path) != newest, "not at every use"
        writer("wait half a minute")

        assert writer("use") == newest
        assert stored(path) == newest
        assert start()("refresh") not in (None, ENDED)

    def test_is_not_signed_out_by_one_whose_session_has_ended(self, writer: Ask, start: Callable[[], Ask]) -> None:
        """Programs sign out before they sign in again. Its sign-in is over; the other's is not."""
        other = start()
        other("refresh")
        writer("empty the disk")
        writer("refresh")
        assert other("sign out") is True

        assert writer("refresh") not in (None, ENDED)

    def test_is_not_signed_out_by_one_in_which_nobody_was_signed_in(
        self, writer: Ask, start: Callable[..., Ask]
    ) -> None:
        """It was started after the refusal. Programs sign out first, to be sure."""
        start()("refresh")
        late = start(username=None)
        assert late("sign out") is True
        writer("empty the disk")

        assert writer("refresh") not in (None, ENDED)

    def test_is_signed_out_by_a_sign_out(self, writer: Ask, start: Callable[[], Ask], path: Path) -> None:
        other = start()
        other("sign out")
        writer("empty the disk")

        assert writer("refresh") == ENDED
        assert stored(path) is None

    def test_does_not_write_over_a_sign_out_later_either(
        self, writer: Ask, start: Callable[[], Ask], path: Path
    ) -> None:
        other = start()
        other("sign out")
        writer("empty the disk")
        writer("wait half a minute")
        writer("use")

        assert stored(path) is None
        assert writer("refresh") == ENDED


class TestOneThatCannotWriteAndHasNothingToWrite:
    def test_takes_what_others_have_refreshed_each_time(self, start: Callable[[], Ask]) -> None:
        """Its own refresh token is spent. Its file has the living one."""
        reader, writer = start(), start()
        reader("fill the disk")
        for _ in range(2):
            newest = writer("refresh")

            assert reader("refresh") == newest


class TestAFileThatWasDeleted:
    def test_is_no_sign_out(self, start: Callable[[], Ask], path: Path) -> None:
        first, second = start(), start()
        path.unlink()
        newest = first("refresh")

        assert newest != ENDED
        assert stored(path) == newest
        assert second("refresh") == newest, "it found what the first has written"
        assert first("refresh") not in (None, ENDED, newest)

    def test_with_its_folder_is_none_either(self, start: Callable[[], Ask], path: Path, tmp_path: Path) -> None:
        ask = start()
        for file in tmp_path.iterdir():
            file.unlink()
        tmp_path.rmdir()

        assert ask("refresh") == stored(path)

    def test_before_a_sign_out_does_not_hide_it(self, start: Callable[[], Ask], path: Path) -> None:
        first, second = start(), start()
        path.unlink()
        first("sign out")

        assert stored(path) is None
        assert second("refresh") == ENDED


def test_a_sign_out_ends_the_sessions_of_all(start: Callable[[], Ask], path: Path) -> None:
    processes = [start() for _ in range(3)]
    processes[0]("sign out")

    assert [ask("refresh") for ask in processes[1:]] == [ENDED, ENDED]
    assert "token" not in path.read_text()
