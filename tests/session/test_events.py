"""Delivery of events: who hears of them, in what order, and what a failing listener may do to others."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from amplify_auth._events import AuthEvent, Listeners

SIGNED_IN = AuthEvent(name="signed_in", username="alice")


@pytest.fixture
def listeners() -> Any:
    return Listeners()


def test_listeners_hear_an_event_once_each_in_the_order_they_were_added(listeners: Any) -> None:
    heard = []
    listeners.add(lambda event: heard.append(("first", event)))
    listeners.add(lambda event: heard.append(("second", event)))

    listeners.dispatch(SIGNED_IN)

    assert heard == [("first", SIGNED_IN), ("second", SIGNED_IN)]


def test_a_failing_listener_harms_neither_caller_nor_other_listeners(
    listeners: Any, caplog: pytest.LogCaptureFixture
) -> None:
    heard = []
    listeners.add(lambda event: 1 / 0)
    listeners.add(heard.append)

    with caplog.at_level(logging.ERROR, "amplify_auth"):
        listeners.dispatch(SIGNED_IN)

    assert heard == [SIGNED_IN]
    assert "ZeroDivisionError" in caplog.text
    assert "signed_in" in caplog.text


def test_a_listener_that_ends_the_program_ends_it(listeners: Any) -> None:
    """``SystemExit`` and Ctrl-C are not failures to be logged away."""
    listeners.add(lambda event: exit())
    with pytest.raises(SystemExit):
        listeners.dispatch(SIGNED_IN)


def test_one_added_twice_hears_twice_and_each_addition_is_removed_alone(listeners: Any) -> None:
    heard = []
    remove = listeners.add(heard.append)
    listeners.add(heard.append)
    listeners.dispatch(SIGNED_IN)
    remove()
    remove()
    listeners.dispatch(SIGNED_IN)

    assert len(heard) == 3


def test_a_listener_may_remove_itself_while_it_listens(listeners: Any) -> None:
    heard = []

    def once(event):
        heard.append(event)
        remove()

    remove = listeners.add(once)
    other = []
    listeners.add(other.append)
    listeners.dispatch(SIGNED_IN)
    listeners.dispatch(SIGNED_IN)

    assert (len(heard), len(other)) == (1, 2)


def test_a_listener_may_add_listeners_and_dispatch_without_waiting_for_itself(listeners: Any) -> None:
    """No lock is held while listeners run."""
    heard = []
    listeners.add(lambda event: listeners.add(heard.append))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(listeners.dispatch, SIGNED_IN).result(10)
        pool.submit(listeners.dispatch, SIGNED_IN).result(10)

    assert heard == [SIGNED_IN]


def test_listeners_run_in_the_thread_that_caused_the_event(listeners: Any) -> None:
    threads = []
    listeners.add(lambda event: threads.append(threading.current_thread()))
    listeners.dispatch(SIGNED_IN)

    assert threads == [threading.current_thread()]
