"""Bearer tokens for the tasks of event loops: when a thread is taken, which one, and who waits for it how long."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import find_spec
from typing import Any, cast

import anyio
import anyio.to_thread
import httpx
import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._bridges.http_auth import BearerAuth
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.together import run_together

BACKENDS = ["asyncio", "trio"] if find_spec("trio") else ["asyncio"]
REFRESH = "GetTokensFromRefreshToken"
HOUR = 4000
"""Seconds after which the tokens have expired."""
LONG = 30
"""Seconds that no wait may take."""


class Api:
    """An API in this process.

    Attributes:
        refused: The tokens that it does not accept.
        seen: The tokens that it was sent.
    """

    def __init__(self) -> None:
        self.refused: set[str | None] = set()
        self.seen: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.seen.append(token)
        return httpx.Response(401 if token in self.refused else 200)

    def client(self, bearer: BearerAuth) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self), auth=cast(Any, bearer), base_url="http://api")


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(params=BACKENDS)
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Runs an async function on an event loop of each kind."""

    def run_on(function: Callable[[], Awaitable[Any]]) -> Any:
        async def in_time() -> Any:
            with anyio.fail_after(LONG):
                return await function()

        return anyio.run(in_time, backend=request.param)

    return run_on


class Hold:
    """Refreshes wait in it until `free` is set."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun = threading.Event()
        self.threads: set[str] = set()

    async def until_begun(self) -> None:
        while not self.begun.is_set():
            await anyio.sleep(0.01)


@pytest.fixture
def hold(pool: MockPool) -> Iterator[Hold]:
    held = Hold()

    @pool.on("pre_token_generation")
    def wait(event: Any) -> Any:
        if event["triggerSource"] == "TokenGeneration_RefreshTokens":
            held.threads.update(thread.name for thread in threading.enumerate())
            held.begun.set()
            held.free.wait(LONG)
        return event

    yield held
    held.free.set()


@pytest.fixture
def alice(hold: Hold, signed_in: auth.Session) -> auth.Session:
    """A session whose tokens can be refreshed as soon as `hold` lets them."""
    return signed_in


def token_of(session: auth.Session) -> str:
    assert session.tokens
    return session.tokens.access_token


def refresh_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "amplify_auth refresh"]


async def get_all(client: httpx.AsyncClient, count: int) -> list[int]:
    """The statuses of so many requests at once."""
    statuses: list[int] = []

    async def get() -> None:
        statuses.append((await client.get("/")).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(get)
    return statuses


class TestThreads:
    def test_a_fresh_token_needs_none(
        self, run: Any, api: Api, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(thread: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        async def go() -> list[int]:
            async with api.client(signed_in.http_auth()) as client:
                return await get_all(client, 5)

        monkeypatch.setattr(threading.Thread, "start", refuse)

        assert run(go) == [200] * 5

    def test_one_refresh_for_a_hundred_tasks_takes_one_and_none_of_anyio(
        self, run: Any, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        async def go() -> tuple[int, int, list[int]]:
            async with api.client(alice.http_auth()) as client, anyio.create_task_group() as group:
                statuses: list[int] = []

                async def get() -> None:
                    statuses.append((await client.get("/")).status_code)

                for _ in range(100):
                    group.start_soon(get)
                await hold.until_begun()
                await anyio.sleep(0.05)
                threads = len(refresh_threads())
                borrowed = int(anyio.to_thread.current_default_thread_limiter().borrowed_tokens)
                hold.free.set()
            return threads, borrowed, statuses

        cognito.clock.advance(HOUR)

        assert run(go) == (1, 0, [200] * 100)
        assert len(cognito.calls.of(REFRESH)) == 1
        assert len(set(api.seen)) == 1

    def test_a_hundred_refused_tokens_take_one(
        self, run: Any, api: Api, cognito: MockCognito, signed_in: auth.Session
    ) -> None:
        api.refused.add(token_of(signed_in))

        async def go() -> list[int]:
            async with api.client(signed_in.http_auth()) as client:
                return await get_all(client, 100)

        assert run(go) == [200] * 100
        assert len(cognito.calls.of(REFRESH)) == 1
        assert token_of(signed_in) not in api.refused

    def test_a_token_that_another_one_has_replaced_already_needs_none(
        self, run: Any, api: Api, cognito: MockCognito, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server refused the old one while a thread refreshed: the new one is there."""
        accepting = api.__call__

        def refresh_first(request: httpx.Request) -> httpx.Response:
            if not api.refused:
                api.refused.add(token_of(signed_in))
                auth.fetch_auth_session(force_refresh=True, session=signed_in)
                monkeypatch.setattr(threading.Thread, "start", lambda thread: pytest.fail("a thread was started"))
            return accepting(request)

        async def go() -> int:
            transport = httpx.MockTransport(refresh_first)
            async with httpx.AsyncClient(transport=transport, auth=cast(Any, signed_in.http_auth())) as client:
                return (await client.get("http://api")).status_code

        assert run(go) == 200
        assert len(cognito.calls.of(REFRESH)) == 1

    def test_while_the_old_token_is_good_only_the_first_task_waits(
        self, run: Any, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        """As among threads: the others send the old one."""
        old = token_of(alice)
        cognito.clock.advance(3600 - 30)

        async def go() -> None:
            async with api.client(alice.http_auth()) as client, anyio.create_task_group() as group:
                group.start_soon(client.get, "/")
                await hold.until_begun()
                await get_all(client, 3)
                assert api.seen == [old] * 3
                hold.free.set()

        run(go)

        assert api.seen[3:] == [token_of(alice)]
        assert token_of(alice) != old

    def test_several_event_loops_share_one_refresh(
        self, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        async def get() -> int:
            async with api.client(alice.http_auth()) as client:
                return (await client.get("/")).status_code

        def with_threads() -> list[int]:
            return run_together(8, lambda: anyio.run(get))

        cognito.clock.advance(HOUR)
        threading.Timer(0.5, hold.free.set).start()

        assert with_threads() == [200] * 8
        assert len(cognito.calls.of(REFRESH)) == 1

    def test_a_thread_that_refreshes_at_the_same_time_is_waited_for(
        self, run: Any, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        cognito.clock.advance(HOUR)
        thread = threading.Thread(target=lambda: auth.fetch_auth_session(session=alice))
        thread.start()
        assert hold.begun.wait(LONG)
        threading.Timer(0.2, hold.free.set).start()

        async def go() -> list[int]:
            async with api.client(alice.http_auth()) as client:
                return await get_all(client, 5)

        assert run(go) == [200] * 5
        thread.join()
        assert len(cognito.calls.of(REFRESH)) == 1


class TestCancellation:
    def test_is_heard_at_once_and_the_others_get_the_token(
        self, run: Any, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        """The task that started the refresh is the one that is cancelled."""
        cognito.clock.advance(HOUR)

        async def go() -> list[int]:
            async with api.client(alice.http_auth()) as client, anyio.create_task_group() as group:
                statuses: list[int] = []

                async def wait() -> None:
                    await hold.until_begun()
                    statuses.extend(await get_all(client, 10))

                group.start_soon(wait)
                with anyio.move_on_after(0.5) as scope:
                    await client.get("/")
                assert scope.cancelled_caught
                assert not hold.free.is_set()
                hold.free.set()
            return statuses

        assert run(go) == [200] * 10
        assert len(cognito.calls.of(REFRESH)) == 1

    def test_by_asyncio_is_heard_too(self, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold) -> None:
        cognito.clock.advance(HOUR)

        async def go() -> list[int]:
            async with api.client(alice.http_auth()) as client:
                tasks = [asyncio.create_task(client.get("/")) for _ in range(3)]
                await hold.until_begun()
                tasks[0].cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asyncio.wait_for(tasks[0], LONG)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(client.get("/"), 0.1)
                hold.free.set()
                return [answer.status_code for answer in await asyncio.gather(*tasks[1:])]

        assert asyncio.run(go()) == [200, 200]
        assert len(cognito.calls.of(REFRESH)) == 1

    def test_of_everyone_leaves_the_refresh_to_the_next(
        self, run: Any, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        """The event loop that asked has ended when the tokens come."""
        cognito.clock.advance(HOUR)

        async def give_up() -> None:
            async with api.client(alice.http_auth()) as client:
                with anyio.move_on_after(0.3):
                    await client.get("/")

        async def go() -> int:
            async with api.client(alice.http_auth()) as client:
                return (await client.get("/")).status_code

        run(give_up)
        (thread,) = refresh_threads()
        hold.free.set()
        thread.join(LONG)

        assert run(go) == 200
        assert len(cognito.calls.of(REFRESH)) == 1


class TestErrors:
    def test_each_task_gets_one_of_its_own(
        self, run: Any, api: Api, pool: MockPool, cognito: MockCognito, signed_in: auth.Session
    ) -> None:
        caught: list[errors.SessionEnded] = []

        async def go() -> None:
            async with api.client(signed_in.http_auth()) as client, anyio.create_task_group() as group:

                async def get() -> None:
                    try:
                        await client.get("/")
                    except errors.SessionEnded as error:
                        error.add_note("mine")
                        caught.append(error)

                for _ in range(10):
                    group.start_soon(get)

        cognito.clock.advance(HOUR)
        pool.expire_refresh_tokens()
        run(go)

        assert api.seen == []
        assert len(caught) == len({id(error) for error in caught}) == 10
        assert {error.recovery_suggestion for error in caught} == {errors.SessionEnded.default_recovery_suggestion}
        assert {error.__notes__.count("mine") for error in caught} == {1}
        assert len({len(traceback.extract_tb(error.__traceback__)) for error in caught}) == 1, "frames of other tasks"

    def test_one_that_cannot_be_copied_arrives_as_it_is(self, run: Any, api: Api) -> None:
        class Odd(Exception):
            def __init__(self, one: str, two: str) -> None:
                super().__init__(one)

        def fail(refused: str | None) -> str:
            raise Odd("one", "two")

        async def go() -> None:
            async with api.client(BearerAuth(fail)) as client:
                await client.get("/")

        with pytest.raises(Odd, match="one"):
            run(go)

    def test_after_one_the_next_task_tries_again(
        self, run: Any, api: Api, cognito: MockCognito, signed_in: auth.Session
    ) -> None:
        cognito.clock.advance(HOUR)
        cognito.fail_next(REFRESH, code="UserLambdaValidationException", times=10)

        async def go() -> int:
            async with api.client(signed_in.http_auth()) as client:
                with pytest.raises(errors.UserLambdaValidationException):
                    await client.get("/")
                cognito.faults.clear()
                return (await client.get("/")).status_code

        assert run(go) == 200


class TestListeners:
    def test_one_that_waits_for_the_event_loop_stops_nobody(
        self, api: Api, cognito: MockCognito, alice: auth.Session, hold: Hold
    ) -> None:
        """It makes a request with the very session whose refresh has failed."""
        told: list[str] = []
        cognito.clock.advance(HOUR)

        async def go() -> list[str]:
            loop = asyncio.get_running_loop()
            async with api.client(alice.http_auth()) as client:

                async def get() -> str:
                    try:
                        return str((await client.get("/")).status_code)
                    except auth.AuthError as error:
                        return error.name

                def listen(event: auth.AuthEvent) -> None:
                    if not told:
                        told.append(event.name)
                        cognito.faults.clear()
                        told.append(asyncio.run_coroutine_threadsafe(get(), loop).result(LONG))

                alice.add_listener(listen)
                return await asyncio.wait_for(asyncio.gather(*[get() for _ in range(5)]), LONG)

        hold.free.set()
        cognito.fail_next(REFRESH, code="UserLambdaValidationException", times=10)
        answers = asyncio.run(go())

        assert told == ["token_refresh_failure", "200"]
        assert answers[0] == "UserLambdaValidationException"
        assert set(answers) <= {"UserLambdaValidationException", "200"}  # who came after the failure tried again

    def test_the_context_of_the_task_counts_in_it(self, run: Any, api: Api, signed_in: auth.Session) -> None:
        seen: list[auth.Session] = []
        signed_in.add_listener(lambda event: seen.append(auth.get_session()))
        api.refused.add(token_of(signed_in))

        async def go() -> None:
            with auth.use_session(signed_in):
                async with api.client(signed_in.http_auth()) as client:
                    await client.get("/")

        run(go)

        assert seen == [signed_in]


class TestWhoseToken:
    def test_after_a_sign_out_no_task_gets_the_token_of_the_refresh_under_way(
        self,
        run: Any,
        api: Api,
        cognito: MockCognito,
        alice: auth.Session,
        hold: Hold,
        pool: MockPool,
        session_of: SessionOf,
    ) -> None:
        nobody = session_of(pool).export_state()
        cognito.clock.advance(HOUR)

        async def go() -> list[str]:
            told: list[str] = []
            async with api.client(alice.http_auth()) as client, anyio.create_task_group() as group:

                async def get() -> None:
                    try:
                        await client.get("/")
                    except errors.UserUnAuthenticatedException as error:
                        told.append(error.name)

                group.start_soon(get)
                await hold.until_begun()
                alice.restore_state(nobody)  # as sign_out, which would wait for the held service
                await get()
                assert not hold.free.is_set(), "it did not wait for the refresh of the former user"
                hold.free.set()
            return told

        assert len(run(go)) == 2
        assert api.seen == []


class TestNoTokenIsShownByAVariable:
    """Sentry, rich and ``pytest --showlocals`` print the variables of every frame that an error has passed."""

    def variables(self, error: BaseException) -> list[str]:
        shown: list[str] = []
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "amplify_auth" in frame.f_code.co_filename:
                shown.extend(repr(variable) for variable in frame.f_locals.values())
        return shown

    @pytest.mark.parametrize("token_use", ["access", "id"])
    @pytest.mark.parametrize("way", ["sync", "async"])
    def test_if_the_session_ends_when_the_token_was_refused(
        self, api: Api, pool: MockPool, signed_in: auth.Session, way: str, token_use: Any
    ) -> None:
        assert signed_in.tokens
        secrets = [signed_in.tokens.access_token, str(signed_in.tokens.id_token), str(signed_in.tokens.refresh_token)]
        bearer = signed_in.http_auth(token_use=token_use)
        api.refused.update(secrets)
        pool.expire_refresh_tokens()

        async def with_tasks() -> None:
            async with api.client(bearer) as client:
                await client.get("/")

        def get() -> None:
            if way == "async":
                anyio.run(with_tasks)
                return
            with httpx.Client(transport=httpx.MockTransport(api), auth=cast(Any, bearer)) as client:
                client.get("http://api")

        with pytest.raises(errors.SessionEnded) as caught:
            get()
        shown = self.variables(caught.value)

        assert "_Bearer(token='***')" in shown
        assert [text for text in shown if any(secret in text for secret in secrets)] == []


def program(code: str, seconds: int = LONG) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.mark.slow
class TestProcesses:
    def test_a_refresh_that_hangs_does_not_keep_python_from_ending(self) -> None:
        done = program(
            """
            import asyncio, time, httpx
            from amplify_auth._bridges.http_auth import BearerAuth

            async def main():
                bearer = BearerAuth(lambda refused: time.sleep(600))
                transport = httpx.MockTransport(lambda request: httpx.Response(200))
                async with httpx.AsyncClient(transport=transport, auth=bearer) as client:
                    try:
                        await asyncio.wait_for(client.get("http://api"), 0.2)
                    except TimeoutError:
                        print("given up")

            asyncio.run(main())
            """
        )

        assert (done.stdout, done.stderr, done.returncode) == ("given up\n", "", 0)

    def test_a_refresh_that_is_nearly_done_is_completed_before_python_ends(self) -> None:
        """Its refresh token may be new, and the stored one void."""
        done = program(
            """
            import asyncio, time, httpx
            from amplify_auth._bridges.http_auth import BearerAuth

            def get(refused):
                time.sleep(0.5)
                print("stored", flush=True)
                return "token"

            async def main():
                transport = httpx.MockTransport(lambda request: httpx.Response(200))
                async with httpx.AsyncClient(transport=transport, auth=BearerAuth(get)) as client:
                    try:
                        await asyncio.wait_for(client.get("http://api"), 0.1)
                    except TimeoutError:
                        pass

            asyncio.run(main())
            """
        )

        assert (done.stdout, done.stderr, done.returncode) == ("stored\n", "", 0)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
    def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent(self) -> None:
        done = program(
            """
            import asyncio, os, sys, threading, warnings, httpx
            from amplify_auth._bridges.http_auth import BearerAuth
            warnings.simplefilter("ignore")  # Python 3.12 warns of threads at a fork
            begun, free, parent = threading.Event(), threading.Event(), os.getpid()

            def get(refused):
                begun.set()
                if os.getpid() == parent:
                    free.wait(20)
                return "token"

            bearer = BearerAuth(get)
            async def main():
                transport = httpx.MockTransport(lambda request: httpx.Response(200))
                async with httpx.AsyncClient(transport=transport, auth=bearer) as client:
                    return (await client.get("http://api")).status_code

            thread = threading.Thread(target=lambda: print("parent", asyncio.run(main()), flush=True))
            thread.start()
            begun.wait()
            child = os.fork()
            if not child:
                print("child", asyncio.run(asyncio.wait_for(main(), 10)), flush=True)
                os._exit(0)
            os.waitpid(child, 0)
            free.set()
            thread.join()
            """
        )

        assert (done.stdout, done.stderr) == ("child 200\nparent 200\n", "")

    def test_asyncio_is_not_imported_with_the_library(self) -> None:
        done = program("import sys, amplify_auth; amplify_auth.sign_in; print({'asyncio', 'anyio'} & set(sys.modules))")

        assert (done.stdout, done.stderr) == ("set()\n", "")
