"""Whose session a call uses in a server: threads, tasks, and generators that frameworks run step by step."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import types
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._api import configure as sessions
from amplify_auth.testing import MockPool

OPTIONS: dict[str, Any] = {"user_pool_id": "us-east-1_Pool", "user_pool_client_id": "client"}


@pytest.fixture
def default() -> Session:
    """The default session, which in a server could be another user's."""
    return auth.configure(**OPTIONS)


@pytest.fixture
def mine() -> Session:
    return Session(**OPTIONS)


def in_thread(function: Callable[[], Any]) -> Any:
    """What ``function`` returns or raises in a thread of its own, which carries no context."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


class TestASecondThreadThatConfigures:
    @pytest.fixture(autouse=True)
    def _as_in_a_new_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sessions, "_has_warned", False)
        monkeypatch.setattr(sessions, "_made_by", None)

    @pytest.fixture
    def signed_in_default(self, pool: MockPool, signed_in: Session) -> Session:
        """The default session, to which alice is signed in."""
        default = auth.configure(pool.config)
        default.restore_state(signed_in.export_state())
        return default

    def test_is_warned_if_a_user_is_signed_in(self, signed_in_default: Session) -> None:
        with pytest.warns(errors.SharedSessionWarning, match="one user could act as another") as told:
            made = in_thread(lambda: auth.configure(**OPTIONS))

        assert auth.get_session() is made
        assert [Path(warning.filename) for warning in told] == [Path(__file__)]
        assert "session=" in str(told[0].message)

    def test_is_not_warned_again(self, pool: MockPool, signed_in: Session, signed_in_default: Session) -> None:
        with pytest.warns(errors.SharedSessionWarning):
            in_thread(lambda: auth.configure(pool.config)).restore_state(signed_in.export_state())

        auth.configure(**OPTIONS)  # warnings are errors here

    def test_of_a_thread_that_has_ended_is_the_same(self, pool: MockPool, signed_in: Session) -> None:
        """As a web server that has a thread for each request."""
        state = signed_in.export_state()
        in_thread(lambda: auth.configure(pool.config)).restore_state(state)
        gc.collect()

        with pytest.warns(errors.SharedSessionWarning):
            in_thread(lambda: auth.configure(**OPTIONS))

    def test_the_main_thread_is_not_warned_of_one_that_has_ended(self, pool: MockPool, signed_in: Session) -> None:
        """A script or a notebook that let a thread sign in: nobody else is at work."""
        in_thread(lambda: auth.configure(pool.config)).restore_state(signed_in.export_state())

        assert auth.configure(**OPTIONS) is auth.get_session()  # warnings are errors here

    def test_the_main_thread_is_warned_of_one_that_is_at_work(self, pool: MockPool, signed_in: Session) -> None:
        with ThreadPoolExecutor(1) as workers:
            workers.submit(auth.configure, pool.config).result().restore_state(signed_in.export_state())

            with pytest.warns(errors.SharedSessionWarning):
                auth.configure(**OPTIONS)

    def test_is_not_warned_if_nobody_is_signed_in(self, default: Session) -> None:
        made = in_thread(lambda: auth.configure(**OPTIONS))

        assert auth.get_session() is made

    def test_the_same_thread_may_configure_as_often_as_it_likes(self, signed_in_default: Session) -> None:
        """A notebook, a script, a test suite."""
        assert auth.configure(**OPTIONS) is auth.get_session()

    def test_a_thread_that_only_uses_the_default_is_not_warned(self, signed_in_default: Session) -> None:
        assert in_thread(auth.get_session) is signed_in_default
        assert in_thread(lambda: auth.get_current_user().username) == "alice"

    def test_a_session_of_its_own_is_the_way(self, signed_in_default: Session) -> None:
        in_thread(lambda: Session(**OPTIONS))

        assert auth.get_session() is signed_in_default

    def test_if_warnings_are_errors_nothing_has_changed_and_the_next_is_one_too(
        self, signed_in_default: Session
    ) -> None:
        for _ in range(2):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                with pytest.raises(errors.SharedSessionWarning):
                    in_thread(lambda: auth.configure(**OPTIONS))

            assert auth.get_session() is signed_in_default

    def test_a_wrong_setting_is_said_first(self, signed_in_default: Session) -> None:
        with pytest.raises(auth.AuthConfigurationError):
            in_thread(lambda: auth.configure(user_pool_id=""))


def dependency(session: Session) -> Iterator[Session]:
    """As a user of FastAPI writes it."""
    with auth.use_session(session):
        yield session


async def async_dependency(session: Session) -> AsyncIterator[Session]:
    with auth.use_session(session):
        yield session


async def in_pool(function: Callable[..., Any], *arguments: Any) -> Any:
    """``starlette.concurrency.run_in_threadpool``: a thread of anyio's, with a copy of the context."""
    return await anyio.to_thread.run_sync(functools.partial(function, *arguments))


class _Steps(types.ModuleType):
    """``starlette.concurrency``, by which a ``StreamingResponse`` reads a generator."""


def starlettes_next() -> Callable[[Iterator[Any]], Any]:
    module = _Steps("starlette.concurrency")
    exec("def _next(iterator):\n    return next(iterator)\n", module.__dict__)
    return module._next  # type: ignore[no-any-return]


class TestAGeneratorThatAPoolRunsInSteps:
    """FastAPI: ``contextmanager_in_threadpool`` runs ``__enter__`` and ``__exit__`` of a dependency that is not async.

    Each runs in a copy of the request's context. The endpoint would see nothing of the first.
    """

    @pytest.mark.parametrize("nested", [False, True], ids=["plain", "nested"])
    def test_is_refused_before_the_endpoint_runs(self, default: Session, mine: Session, nested: bool) -> None:
        @contextmanager
        def outer() -> Iterator[Session]:
            with contextmanager(dependency)(mine) as session:
                yield session

        block = outer() if nested else contextmanager(dependency)(mine)

        async def request() -> None:
            await in_pool(block.__enter__)
            raise AssertionError("the endpoint would use another session")

        with pytest.raises(auth.AuthStateError, match="would have no effect here") as caught:
            anyio.run(request)

        assert "must be async" in str(caught.value.recovery_suggestion)
        assert "session=" in str(caught.value.recovery_suggestion)

    def test_the_block_itself_is_refused_too(self, default: Session, mine: Session) -> None:
        async def request() -> None:
            await in_pool(auth.use_session(mine).__enter__)

        with pytest.raises(auth.AuthStateError, match="would have no effect here"):
            anyio.run(request)

    def test_one_that_is_entered_on_a_stack_is_too(self, default: Session, mine: Session) -> None:
        async def request() -> None:
            await in_pool(ExitStack().enter_context, auth.use_session(mine))

        with pytest.raises(auth.AuthStateError, match="would have no effect here"):
            anyio.run(request)

    def test_a_stream_that_starlette_reads_is_too(self, default: Session, mine: Session) -> None:
        async def request() -> None:
            await in_pool(starlettes_next(), dependency(mine))

        with pytest.raises(auth.AuthStateError, match="would have no effect here"):
            anyio.run(request)

    @pytest.mark.parametrize("way", ["async", "sync"])
    def test_an_async_dependency_works_for_both_kinds_of_endpoint(
        self, default: Session, mine: Session, way: str
    ) -> None:
        async def request() -> Session:
            async with asynccontextmanager(async_dependency)(mine):
                return await in_pool(auth.get_session) if way == "sync" else auth.get_session()

        assert anyio.run(request) is mine
        assert auth.get_session() is default

    def test_a_block_within_one_function_of_a_pool_works(self, default: Session, mine: Session) -> None:
        """A sync endpoint, and a generator that it reads."""

        def endpoint() -> list[Session]:
            with contextmanager(dependency)(mine):
                seen = [auth.get_session()]
            with ExitStack() as stack:
                stack.enter_context(auth.use_session(mine))
                seen.append(auth.get_session())
            return [*seen, *(auth.get_session() for _ in dependency(mine)), auth.get_session()]

        async def request() -> list[Session]:
            return [*await in_pool(endpoint), *await in_pool(list, dependency(mine))]

        assert anyio.run(request) == [mine, mine, mine, default, mine]
        assert in_thread(endpoint) == [mine, mine, mine, default]


class TestABlockThatIsLeftInAnotherContext:
    """What no check on entering can see, such as a framework that nobody has heard of."""

    @pytest.fixture
    def block(self, mine: Session) -> AbstractContextManager[Session]:
        block = contextmanager(dependency)(mine)
        contextvars.copy_context().run(block.__enter__)
        return block

    def test_is_an_error_that_says_what_to_do(self, default: Session, block: Any) -> None:
        with pytest.raises(auth.AuthStateError, match="left in another context") as caught:
            contextvars.copy_context().run(block.__exit__, None, None, None)

        assert caught.value.name == "InvalidContext"
        assert "session=" in str(caught.value.recovery_suggestion)

    def test_does_not_hide_the_first_error(self, default: Session, block: Any) -> None:
        first = KeyError("first")
        hidden = contextvars.copy_context().run(block.__exit__, KeyError, first, None)

        assert not hidden
        assert ["left in another context" in note for note in first.__notes__] == [True]

    def test_lets_a_generator_be_closed(self, default: Session, mine: Session) -> None:
        generator = dependency(mine)
        contextvars.copy_context().run(next, generator)
        contextvars.copy_context().run(generator.close)  # type: ignore[attr-defined]

        assert auth.get_session() is default

    def test_an_error_within_a_sound_block_has_no_note(self, default: Session, mine: Session) -> None:
        first = KeyError("first")
        with pytest.raises(KeyError) as caught, auth.use_session(mine):
            raise first

        assert caught.value is first
        assert not hasattr(first, "__notes__")
        assert auth.get_session() is default


class TestWorkForOtherThreads:
    def test_what_carries_the_context_uses_the_session_of_the_block(self, default: Session, mine: Session) -> None:
        async def request() -> list[Session]:
            with auth.use_session(mine):
                task = asyncio.create_task(asyncio.sleep(0, auth.get_session()))
                return [
                    await asyncio.to_thread(auth.get_session),
                    await task,
                    in_thread(functools.partial(contextvars.copy_context().run, auth.get_session)),
                ]

        assert asyncio.run(request()) == [mine, mine, mine]

    def test_what_carries_none_uses_the_default(self, default: Session, mine: Session) -> None:
        async def request() -> list[Session]:
            with auth.use_session(mine):
                return [
                    await asyncio.get_running_loop().run_in_executor(None, auth.get_session),
                    in_thread(auth.get_session),
                ]

        assert asyncio.run(request()) == [default, default]

    def test_without_a_default_the_error_names_the_ways(self, mine: Session) -> None:
        with auth.use_session(mine), pytest.raises(auth.AuthConfigurationError) as caught:
            in_thread(auth.get_current_user)
        advice = str(caught.value.recovery_suggestion)

        assert caught.value.message == "Auth UserPool not configured."
        assert "session=" in advice
        assert "asyncio.to_thread" in advice
        assert "configure()" in advice

    def test_in_the_main_thread_it_speaks_of_no_thread(self) -> None:
        with pytest.raises(auth.AuthConfigurationError) as caught:
            auth.get_current_user()

        assert caught.value.recovery_suggestion == auth.AuthConfigurationError.default_recovery_suggestion
