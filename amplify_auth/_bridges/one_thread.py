"""A slow function for the tasks of event loops: one thread runs it, and all tasks that ask in that time wait for it.

The tasks may be of asyncio or of trio, and of several event loops. The function is handed in: nothing here knows what
a token is.

The thread is none of those that frameworks share. From anyio's pool of 40 threads it would take one that the sync
endpoints of a web application run on. It is a daemon, so a function that hangs does not keep Python from ending.
"""

from __future__ import annotations

import atexit
import contextvars
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar, cast

import attrs

from .. import _clock
from .._locks import ForkSafeLock
from .._renewal import copy_of

LAST_CHANCE = 1.0
"""Seconds for which the end of Python waits for the runs under way: one may have a rotated token to store."""

K = TypeVar("K")
R = TypeVar("R")


class _Event(Protocol):
    """What is used of ``asyncio.Event`` and ``trio.Event``."""

    def set(self) -> None: ...
    async def wait(self) -> object: ...


class _Signal:
    """Is set once, by any thread. Tasks of any event loop wait for it, and hear a cancellation at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # a run belongs to one process, so its lock does too
        self._waiting: dict[object, tuple[_Event, Callable[[], object]]] | None = {}  # one event for each event loop

    def set(self) -> None:
        """Wake all tasks."""
        with self._lock:
            waiting, self._waiting = self._waiting or {}, None
        for _, wake in waiting.values():
            with suppress(RuntimeError):  # that event loop has ended
                wake()

    async def wait(self) -> None:
        """Return when the signal is set."""
        loop, make = _event_loop()
        with self._lock:
            if self._waiting is None:
                return
            if loop not in self._waiting:
                self._waiting[loop] = make()
            event = self._waiting[loop][0]
        await event.wait()


def _event_loop() -> tuple[object, Callable[[], tuple[_Event, Callable[[], object]]]]:
    """The event loop of this task, and a function that makes an event and what sets it from another thread."""
    import asyncio  # the program has imported it already; at the top, every import of the library would pay for it

    try:
        is_asyncio = asyncio.current_task() is not None  # False if trio is the guest of a loop of asyncio
    except RuntimeError:
        is_asyncio = False
    if is_asyncio:
        loop = asyncio.get_running_loop()

        def of_asyncio() -> tuple[_Event, Callable[[], object]]:
            event = asyncio.Event()
            return event, lambda: loop.call_soon_threadsafe(event.set)

        return loop, of_asyncio
    trio = cast(Any, import_module("trio"))
    token: Any = trio.lowlevel.current_trio_token()

    def of_trio() -> tuple[_Event, Callable[[], object]]:
        event: Any = trio.Event()
        return event, lambda: token.run_sync_soon(event.set)

    return token, of_trio


@attrs.define(eq=False, repr=False)
class _Run(Generic[K, R]):
    """One run under way.

    Attributes:
        key: What it was started with.
        version: What it works on.
        known: Set when the outcome is known.
        ended: Set when the thread has done all it has to do.
    """

    key: K
    version: object
    process: int = attrs.field(factory=os.getpid)
    known: _Signal = attrs.field(factory=_Signal)
    ended: _Signal = attrs.field(factory=_Signal)
    value: R | None = None
    error: BaseException | None = None

    def outcome(self) -> R:
        """The value, or the error."""
        if self.error is not None:
            raise copy_of(self.error)
        return cast(R, self.value)


#: The runs that have led to the code which runs now: what they call may start tasks, which must not wait for them.
_running: ContextVar[tuple[_Run[Any, Any], ...]] = ContextVar("amplify_auth_runs", default=())


class OneThread(Generic[K, R]):
    """Runs a function for all tasks that ask for the same at the same time.

    A task that is cancelled stops waiting at once. The run goes on, and the other tasks get its outcome.

    Args:
        run: The function.
        deferred: Holds back, in the thread of the run, what may happen after the outcome is known. Only the task that
            started the run waits for that.
    """

    def __init__(
        self, run: Callable[[K], R], deferred: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._run = run
        self._deferred = deferred
        self._lock = ForkSafeLock()
        self._under_way: list[_Run[K, R]] = []

    def is_under_way(self, key: K, version: object) -> bool:
        """True if a task that asks now would join a run that another one started."""
        with self._lock:
            return self._find(key, version) is not None

    async def outcome(self, key: K, version: object) -> R:
        """What ``run(key)`` returns.

        Args:
            key: The argument. A run with an equal key is joined, unless it makes this call.
            version: What the run works on, compared by identity. So a task never gets an outcome of what was replaced
                before it asked.

        Raises:
            BaseException: What the run raised. Each task gets an object of its own.
        """
        with self._lock:
            run = self._find(key, version)
            leads = run is None
            if run is None:
                run = self._start(_Run(key, version))
        await (run.ended if leads else run.known).wait()
        return run.outcome()

    def _find(self, key: K, version: object) -> _Run[K, R] | None:
        own = _running.get()
        for run in self._under_way:
            # After a fork, the threads of the parent process are not here.
            if run.key == key and run.version is version and run.process == os.getpid() and run not in own:
                return run
        return None

    def _start(self, run: _Run[K, R]) -> _Run[K, R]:
        context = contextvars.copy_context()  # as asyncio.to_thread does
        thread = threading.Thread(target=context.run, args=(self._work, run), name="amplify_auth refresh", daemon=True)
        self._under_way.append(run)
        _threads.add(thread)
        try:
            thread.start()
        except BaseException:
            self._under_way.remove(run)
            _threads.discard(thread)
            raise
        return run

    def _work(self, run: _Run[K, R]) -> None:
        _running.set((*_running.get(), run))  # in the context of this thread alone
        try:
            with self._deferred():
                try:
                    run.value = self._run(run.key)
                except BaseException as error:  # it is raised in the tasks
                    run.error = error
                with self._lock:  # a task that asks from now on starts another run
                    self._under_way.remove(run)
                run.known.set()
        finally:
            run.ended.set()
            _threads.discard(threading.current_thread())


_threads: set[threading.Thread] = set()


@atexit.register
def _give_the_last_chance() -> None:
    until = _clock.monotonic() + LAST_CHANCE
    for thread in tuple(_threads):
        thread.join(max(until - _clock.monotonic(), 0.0))
