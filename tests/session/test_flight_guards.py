"""Whose failure, and whose renewal, a thread that waits in a ``Refreshable`` may take for its own. Real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from amplify_auth._renewal import Expiring, Refreshable

#: Moments by a clock that stands still.
NOW, SOON, LATER, PAST = 1000.0, 1001.0, 2000.0, 999.0


def fresh(value: str) -> Expiring[str]:
    return Expiring(value, refresh_at=SOON, expires_at=LATER)


def dead(value: str) -> Expiring[str]:
    return Expiring(value, refresh_at=PAST, expires_at=PAST)


@attrs.define(eq=False)
class Service:
    """Renews one value after the other; each renewal begins, and ends when the test says how.

    Attributes:
        began: Released when a renewal begins.
        ends: For the value that is renewed: set when its renewal may end.
        fails: The values whose renewal fails.
    """

    asked: list[tuple[str, Mapping[str, str] | None]] = attrs.field(factory=list)
    began: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))
    ends: dict[str, threading.Event] = attrs.field(factory=dict)
    fails: set[str] = attrs.field(factory=set)

    def __call__(self, old: str, arguments: Mapping[str, str] | None, keep: Callable[[str], None]) -> Expiring[str]:
        self.asked.append((old, arguments))
        first = len(self.asked) == 1
        self.began.release()
        if first:
            assert self.ends[old].wait(10)
            if old in self.fails:
                raise ConnectionError(f"of {old}")
        return fresh(f"newer than {old}")


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def holder(service: Service) -> Refreshable[str]:
    return Refreshable(service, clock=lambda: NOW)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def join(pool: ThreadPoolExecutor, holder: Refreshable[str], **how: Any) -> Future[str | None]:
    """Another thread asks, and is seen to wait for the renewal that is under way."""
    waits = threading.Event()

    class Watched(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.set()
            return super().wait(timeout)

    flight = holder._under_way
    assert flight is not None
    flight.done = Watched()
    future = pool.submit(holder.get, **how)
    assert waits.wait(10)
    return future


def test_the_failure_for_a_value_that_was_replaced_is_not_told_to_who_asks_for_the_new_one(
    service: Service, holder: Refreshable[str], pool: ThreadPoolExecutor
) -> None:
    """Somebody signed out and in meanwhile: the failure was about a stranger's tokens."""
    service.ends["alice"], service.fails = threading.Event(), {"alice"}
    holder.replace(dead("alice"))
    leading = pool.submit(holder.get)
    assert service.began.acquire(timeout=10)
    waiting = join(pool, holder)
    holder.replace(dead("bob"))
    service.ends["alice"].set()

    assert {leading.result(10), waiting.result(10)} == {"newer than bob"}


def test_the_failure_of_a_renewal_with_other_arguments_is_not_told_to_who_waited_for_its_end(
    service: Service, holder: Refreshable[str], pool: ThreadPoolExecutor
) -> None:
    """A trigger may have refused because of them."""
    service.ends["alice"], service.fails = threading.Event(), {"alice"}
    holder.replace(dead("alice"))
    leading = pool.submit(holder.get, context={"tenant": "unknown"})
    assert service.began.acquire(timeout=10)
    waiting = join(pool, holder, context={"tenant": "known"})
    service.ends["alice"].set()

    with pytest.raises(ConnectionError):
        leading.result(10)
    assert waiting.result(10) == "newer than alice"
    assert [arguments for _, arguments in service.asked] == [{"tenant": "unknown"}, {"tenant": "known"}]


def test_whoever_asks_without_arguments_is_served_by_a_renewal_with_some(
    service: Service, holder: Refreshable[str], pool: ThreadPoolExecutor
) -> None:
    service.ends["alice"] = threading.Event()
    holder.replace(fresh("alice"))
    leading = pool.submit(holder.get, force=True, context={"tenant": "known"})
    assert service.began.acquire(timeout=10)
    waiting = join(pool, holder, force=True)
    service.ends["alice"].set()

    assert {leading.result(10), waiting.result(10)} == {"newer than alice"}
    assert len(service.asked) == 1


def test_whoever_asks_without_arguments_shares_the_failure_of_a_renewal_with_some(
    service: Service, holder: Refreshable[str], pool: ThreadPoolExecutor
) -> None:
    service.ends["alice"], service.fails = threading.Event(), {"alice"}
    holder.replace(dead("alice"))
    leading = pool.submit(holder.get, context={"tenant": "known"})
    assert service.began.acquire(timeout=10)
    waiting = join(pool, holder)
    service.ends["alice"].set()

    for future in (leading, waiting):
        with pytest.raises(ConnectionError):
            future.result(10)
    assert len(service.asked) == 1


def test_where_nothing_is_held_any_more_there_is_no_other_than_the_refused_one(holder: Refreshable[str]) -> None:
    """Somebody signed out between the refusal and this."""
    holder.replace(None)

    assert holder.get_other_than("alice") is None
