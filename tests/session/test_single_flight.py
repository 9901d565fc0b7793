"""Who renews, who waits and who goes on: the rules of ``Refreshable``, with real threads and a clock by hand."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from amplify_auth import AuthStateError
from amplify_auth._renewal.single_flight import RETRY_AFTER, Expiring, NotShared, Refreshable, expiring
from tests.support.together import run_together

LIFE, MARGIN = 3600.0, 60.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Refused(Exception):
    """The service will never renew this again."""


class Ended(Exception):
    """What the holder makes of Refused."""


@attrs.frozen
class Value:
    """The same counter in all fields: a torn read shows as unequal fields."""

    access: int
    id: int
    refresh: int


def value(count):
    return Value(count, count, count)


@attrs.define(eq=False)
class Service:
    """Makes newer values, counts how often, and can be told to fail or to take its time."""

    clock: Clock
    calls: list = attrs.field(factory=list)
    errors: list = attrs.field(factory=list)
    started: threading.Event = attrs.field(factory=threading.Event)
    go_on: threading.Event = attrs.field(factory=threading.Event)

    def __attrs_post_init__(self):
        self.go_on.set()

    def __call__(self, old, arguments, keep):
        self.calls.append((old, arguments))
        since = self.clock()
        self.started.set()
        assert self.go_on.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        return expiring(value(old.access + 1), since=since, lifetime=LIFE, margin=MARGIN)


@attrs.define(eq=False)
class Parts:
    clock: Clock
    service: Service
    holder: Refreshable
    events: list

    def sign_in(self, count=0):
        self.holder.replace(expiring(value(count), since=self.clock(), lifetime=LIFE, margin=MARGIN))


@pytest.fixture
def parts() -> Any:
    clock, events = Clock(), []
    service = Service(clock)
    holder = Refreshable(
        service,
        final=lambda error: Ended() if isinstance(error, Refused) else None,
        on_refreshed=lambda new: events.append(("renewed", new)),
        on_failed=lambda old, error: events.append(("failed", type(error))),
        clock=clock,
    )
    parts = Parts(clock, service, holder, events)
    parts.sign_in()
    return parts


def fly_together(parts, count, function):
    """One thread renews by ``function``, all others are seen to wait for it before it may go on."""
    waiting = threading.Semaphore(0)

    class Watched(threading.Event):
        def wait(self, timeout=None):
            waiting.release()
            return super().wait(timeout)

    parts.service.go_on.clear()
    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(function)]
        assert parts.service.started.wait(10)
        parts.holder._under_way.done = Watched()
        futures += [pool.submit(function) for _ in range(count - 1)]
        for _ in range(count - 1):
            assert waiting.acquire(timeout=10)
        parts.service.go_on.set()
    return futures


class TestAged:
    def test_is_renewed_a_margin_before_its_death(self) -> None:
        assert (expiring(1, since=0, lifetime=3600, margin=60).refresh_at, 3600.0) == (3540.0, 3600.0)

    def test_a_life_shorter_than_the_margin_is_not_renewed_at_once(self) -> None:
        """A 12-second token with a 60-second margin would otherwise be renewed at every read."""
        assert expiring(1, since=0, lifetime=12, margin=60).refresh_at == 6.0

    def test_does_not_show_its_value(self) -> None:
        assert "secret" not in repr(expiring("secret", since=0, lifetime=1, margin=0))


class TestReading:
    def test_a_fresh_value_costs_no_request(self, parts: Any) -> None:
        assert value(0) == parts.holder.get()
        assert parts.service.calls == []

    def test_nothing_held_is_no_error_and_no_request(self, parts: Any) -> None:
        parts.holder.replace(None)

        assert parts.holder.get() is None
        assert parts.holder.get(force=True) is None
        assert parts.service.calls == []

    def test_value_is_what_is_held_however_old(self, parts: Any) -> None:
        parts.clock.now += 10 * LIFE

        assert value(0) == parts.holder.value
        assert parts.service.calls == []

    def test_inside_the_margin_it_is_renewed(self, parts: Any) -> None:
        parts.clock.now += LIFE - MARGIN

        assert value(1) == parts.holder.get()
        assert value(1) == parts.holder.get()
        assert len(parts.service.calls) == 1

    def test_forced_it_is_renewed_although_fresh(self, parts: Any) -> None:
        assert value(1) == parts.holder.get(force=True, context={"a": "b"})
        assert parts.service.calls == [(value(0), {"a": "b"})]

    def test_a_value_that_comes_old_is_returned_not_renewed_for_ever(self, parts: Any) -> None:
        parts.clock.now += LIFE
        holder = Refreshable(lambda old, *_: Expiring(value(old.access + 1), 0.0, 0.0), clock=parts.clock)
        holder.replace(Expiring(value(0), 0.0, 0.0))

        assert value(1) == holder.get()


class TestSingleFlight:
    def test_200_threads_at_expiry_cause_one_renewal(self, parts: Any) -> None:
        parts.clock.now += LIFE

        assert [value(1)] * 200 == run_together(200, parts.holder.get)
        assert len(parts.service.calls) == 1
        assert parts.events == [("renewed", value(1))]

    def test_inside_the_margin_the_others_go_on_with_the_living_value(self, parts: Any) -> None:
        parts.clock.now += LIFE - 1
        parts.service.go_on.clear()
        with ThreadPoolExecutor(1) as pool:
            leader = pool.submit(parts.holder.get)
            assert parts.service.started.wait(10)

            assert value(0) == parts.holder.get()

            parts.service.go_on.set()
            assert value(1) == leader.result(10)
        assert len(parts.service.calls) == 1

    def test_one_that_saw_the_old_value_but_comes_after_the_renewal_takes_the_new_one(self, parts: Any) -> None:
        """A caller that read the old value must not send its spent refresh token again."""
        parts.clock.now += LIFE
        seen = parts.holder._current
        parts.holder.get()

        assert value(1) == parts.holder._get_slowly(seen, False, None)
        assert value(1) == parts.holder._get_slowly(seen, True, None)
        assert len(parts.service.calls) == 1

    def test_forced_together_they_share_one_renewal(self, parts: Any) -> None:
        futures = fly_together(parts, 8, lambda: parts.holder.get(force=True))

        assert [future.result(10) for future in futures] == [value(1)] * 8
        assert len(parts.service.calls) == 1

    def test_forced_with_other_arguments_it_is_not_the_same_renewal(self, parts: Any) -> None:
        """What the caller asked to send is sent."""
        parts.service.go_on.clear()
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(parts.holder.get, force=True)
            assert parts.service.started.wait(10)
            second = pool.submit(parts.holder.get, force=True, context={"a": "b"})
            parts.service.go_on.set()
            first.result(10), second.result(10)

        assert [arguments for _, arguments in parts.service.calls] == [None, {"a": "b"}]

    def test_a_refused_value_is_renewed_once_for_all_to_whom_it_was_refused(self, parts: Any) -> None:
        refused = parts.holder.get()

        assert [value(1)] * 20 == run_together(20, lambda: parts.holder.get_other_than(refused))
        assert len(parts.service.calls) == 1

    def test_a_leader_that_was_interrupted_leaves_nobody_waiting(self, parts: Any) -> None:
        """Ctrl-C in the thread that renews: the next one renews instead."""
        parts.clock.now += LIFE
        parts.service.errors.append(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            parts.holder.get()

        assert value(1) == parts.holder.get()

    def test_a_renewal_left_behind_by_a_fork_is_not_waited_for(self, parts: Any) -> None:
        """The child has the flight of a thread that it does not have."""
        parts.clock.now += LIFE
        _, leads = parts.holder._join_or_start(parts.holder._current, None)
        parts.holder._under_way.process = -1

        assert leads
        assert value(1) == parts.holder.get()

    def test_no_read_is_torn_while_others_renew(self, parts: Any) -> None:
        """20 threads read while the value is renewed at every turn: all fields always carry one counter."""

        def read():
            seen = []
            for _ in range(500):
                parts.clock.now += LIFE / 100
                got = parts.holder.get()
                seen.append(got.access == got.id == got.refresh)
            return all(seen)

        assert run_together(20, read) == [True] * 20
        assert parts.holder.value.access == len(parts.service.calls) > 10
        assert [old.access for old, _ in parts.service.calls] == list(range(len(parts.service.calls)))


class TestReplacedMeanwhile:
    @pytest.fixture
    def renewal(self, parts: Any) -> Iterator[Any]:
        """A renewal under way, and what its caller gets once it is let go on."""
        parts.clock.now += LIFE
        parts.service.go_on.clear()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(parts.holder.get)
            assert parts.service.started.wait(10)

            def land():
                parts.service.go_on.set()
                return future.result(10)

            yield land
            parts.service.go_on.set()

    def test_after_a_sign_out_the_renewed_value_is_thrown_away(self, parts: Any, renewal: Any) -> None:
        """A refresh that ends after the sign-out does not sign the user in again."""
        parts.holder.replace(None)

        assert renewal() is None
        assert parts.holder.value is None
        assert parts.events == []

    def test_after_a_new_sign_in_the_newcomer_stays(self, parts: Any, renewal: Any) -> None:
        parts.sign_in(100)

        assert value(100) == renewal()
        assert value(100) == parts.holder.value
        assert parts.events == []

    def test_a_refusal_after_a_new_sign_in_ends_nothing(self, parts: Any, renewal: Any) -> None:
        parts.service.errors.append(Refused())
        parts.sign_in(100)

        assert value(100) == renewal()
        assert value(100) == parts.holder.get()
        assert parts.events == []

    def test_a_newcomer_does_not_wait_for_the_renewal_of_his_predecessor(self, parts: Any, renewal: Any) -> None:
        parts.sign_in(100)
        parts.clock.now += LIFE
        others = ThreadPoolExecutor(1)
        parts.service.started.clear()
        future = others.submit(parts.holder.get)

        assert parts.service.started.wait(5)

        assert renewal() == value(101)
        assert future.result(10) == value(101)
        others.shutdown()


class TestFailure:
    def test_while_the_value_lives_a_failed_renewal_hurts_nobody(self, parts: Any) -> None:
        parts.clock.now += LIFE - 1
        parts.service.errors.append(TimeoutError())

        assert value(0) == parts.holder.get()
        assert parts.events == [("failed", TimeoutError)]

    def test_while_the_value_lives_it_is_not_tried_again_at_every_read(self, parts: Any) -> None:
        holder = parts.holder
        holder.replace(expiring(value(0), since=parts.clock(), lifetime=LIFE, margin=2 * RETRY_AFTER))
        parts.clock.now += LIFE - 1.5 * RETRY_AFTER
        parts.service.errors.append(TimeoutError())

        assert [value(0), value(0)] == [holder.get(), holder.get()]
        assert len(parts.service.calls) == 1

        parts.clock.now += RETRY_AFTER

        assert value(1) == holder.get()

    def test_once_the_value_is_dead_every_caller_tries(self, parts: Any) -> None:
        """botocore's own gate holds back attempts even then, and hands out the dead token."""
        parts.clock.now += LIFE
        parts.service.errors.extend([TimeoutError(), TimeoutError()])
        with pytest.raises(TimeoutError):
            parts.holder.get()
        with pytest.raises(TimeoutError):
            parts.holder.get()

        assert value(1) == parts.holder.get()

    def test_the_gate_ends_with_the_life_of_the_value(self, parts: Any) -> None:
        parts.clock.now += LIFE - 1
        parts.service.errors.append(TimeoutError())
        parts.holder.get()
        parts.clock.now += 1

        assert value(1) == parts.holder.get()

    def test_forced_the_error_is_raised_and_the_value_kept(self, parts: Any) -> None:
        parts.service.errors.append(TimeoutError())
        with pytest.raises(TimeoutError):
            parts.holder.get(force=True)

        assert value(0) == parts.holder.get()

    def test_those_who_waited_share_the_failure_instead_of_queueing_for_their_own(self, parts: Any) -> None:
        """200 threads that each wait out a timeout of 15 s, one after another, would take 50 minutes."""
        parts.clock.now += LIFE
        parts.service.errors.extend([TimeoutError()] * 20)
        futures = fly_together(parts, 20, parts.holder.get)

        assert [type(future.exception(10)) for future in futures] == [TimeoutError] * 20
        assert len(parts.service.calls) == 1

    def test_a_refusal_ends_it_for_good_with_a_clear_error(self, parts: Any) -> None:
        """It is an error, not an empty session."""
        parts.clock.now += LIFE
        parts.service.errors.append(Refused())
        with pytest.raises(Ended) as first:
            parts.holder.get()
        with pytest.raises(Ended) as second:
            parts.holder.get()

        assert isinstance(first.value.__cause__, Refused)
        assert first.value is not second.value
        assert parts.holder.value is None
        assert len(parts.service.calls) == 1
        assert parts.events == [("failed", Ended)]

    def test_all_who_waited_for_a_refused_renewal_are_told_that_it_is_over(self, parts: Any) -> None:
        parts.clock.now += LIFE
        parts.service.errors.append(Refused())

        assert {Ended} == {type(error) for error in run_together(20, parts.holder.get)}
        assert len(parts.service.calls) == 1

    def test_after_the_end_one_can_sign_out_or_in_again(self, parts: Any) -> None:
        parts.service.errors.append(Refused())
        with pytest.raises(Ended):
            parts.holder.get(force=True)
        parts.holder.replace(None)

        assert parts.holder.get() is None

        parts.sign_in(100)

        assert value(100) == parts.holder.get()


class TestListeners:
    def test_are_told_when_nothing_is_locked_or_under_way_any_more(self, parts: Any) -> None:
        """A listener that asks for the tokens, even for newer ones, must not wait for itself."""
        seen = []
        holder = Refreshable(
            parts.service,
            on_refreshed=lambda new: seen.append(holder.get(force=new.access == 1)),
            clock=parts.clock,
        )
        parts.holder = holder
        parts.sign_in()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(holder.get, force=True).result(10)

        assert seen == [value(2), value(2)]


class Store(NotShared):
    """Another process, played by the test."""

    def __init__(self):
        self.found, self.kept, self.locked, self.error = None, [], False, None

    def lock(self):
        store = self

        class Lock:
            def __enter__(self):
                store.locked = True

            def __exit__(self, *_):
                store.locked = False

        return Lock()

    def reload(self, held):
        assert self.locked
        if self.error:
            raise self.error
        return self.found or held

    def keep(self, renewed):
        assert self.locked
        self.kept.append(renewed.value)


class Lockless(NotShared):
    """What was found at each look; the last one stays."""

    def __init__(self, *found):
        self.found = list(found)

    def reload(self, current):
        found = self.found.pop(0) if len(self.found) > 1 else self.found[0]
        return current if found is None else found


class TestARefusalThatAnotherProcessCaused:
    """It refreshed at the same time, and what was refused here is old."""

    @pytest.fixture
    def look(self, parts: Any) -> Any:
        failed = []

        def look(*found):
            parts.holder = Refreshable(
                parts.service,
                final=lambda error: Ended() if isinstance(error, Refused) else None,
                on_failed=lambda old, error: failed.append((old, type(error))),
                shared=Lockless(*found),
                clock=parts.clock,
            )
            parts.sign_in()
            parts.clock.now += LIFE
            return failed

        return look

    def fresh(self, parts, count):
        return expiring(value(count), since=parts.clock() + LIFE, lifetime=LIFE, margin=MARGIN)

    def test_is_answered_with_what_that_one_stored(self, parts: Any, look: Any) -> None:
        failed = look(None, self.fresh(parts, 7))
        parts.service.errors.append(Refused())

        assert value(7) == parts.holder.get()
        assert (len(parts.service.calls), failed) == (1, [])

    def test_leads_to_a_refresh_of_that_if_it_is_old_too(self, parts: Any, look: Any) -> None:
        failed = look(None, expiring(value(7), since=0, lifetime=1, margin=0))
        parts.service.errors.append(Refused())

        assert value(8) == parts.holder.get()
        assert failed == []

    def test_ends_the_value_if_that_is_refused_too(self, parts: Any, look: Any) -> None:
        """The refused one is named, so that the store knows what is of no use any more."""
        failed = look(None, expiring(value(7), since=0, lifetime=1, margin=0), self.fresh(parts, 9))
        parts.service.errors.extend([Refused(), Refused()])
        with pytest.raises(Ended):
            parts.holder.get()

        assert len(parts.service.calls) == 2
        assert failed == [(value(7), Ended)]

    def test_a_failure_that_passes_is_not_looked_into(self, parts: Any, look: Any) -> None:
        look(None, self.fresh(parts, 7))
        parts.service.errors.append(TimeoutError())
        with pytest.raises(TimeoutError):
            parts.holder.get()


class TestSharedWithOtherProcesses:
    @pytest.fixture
    def shared(self, parts: Any) -> Any:
        store = Store()
        parts.holder = Refreshable(
            parts.service,
            final=lambda error: Ended() if isinstance(error, Refused) else None,
            on_refreshed=lambda new: parts.events.append(("renewed", new)),
            shared=store,
            clock=parts.clock,
        )
        parts.sign_in()
        parts.clock.now += LIFE
        return store

    def test_what_another_process_renewed_is_taken_over(self, parts: Any, shared: Any) -> None:
        shared.found = expiring(value(7), since=parts.clock(), lifetime=LIFE, margin=MARGIN)

        assert value(7) == parts.holder.get()
        assert parts.service.calls == []
        assert parts.events == [("renewed", value(7))]

    def test_the_refresh_token_of_the_newest_is_used_if_that_is_old_too(self, parts: Any, shared: Any) -> None:
        shared.found = expiring(value(7), since=parts.clock() - LIFE, lifetime=LIFE, margin=MARGIN)

        assert value(8) == parts.holder.get()
        assert [value(8)] == shared.kept

    def test_a_renewal_that_came_too_late_is_not_stored(self, parts: Any, shared: Any) -> None:
        parts.service.go_on.clear()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(parts.holder.get)
            assert parts.service.started.wait(10)
            parts.holder.replace(None)
            parts.service.go_on.set()

            assert future.result(10) is None
        assert shared.kept == []

    def test_the_end_found_in_the_store_is_the_end_here(self, parts: Any, shared: Any) -> None:
        shared.error = Refused()
        with pytest.raises(Ended):
            parts.holder.get()

        assert parts.holder.value is None
        assert parts.service.calls == []


class TestAnEndThatTheServerCaused:
    def test_every_later_call_hears_of_it(self, parts: Any) -> None:
        parts.sign_in()
        parts.holder.end(parts.holder.value, Refused())

        assert (parts.holder.value, parts.holder.is_over) == (None, True)
        for _ in range(2):
            with pytest.raises(Ended):
                parts.holder.get()
        assert parts.events == [("failed", Refused)]
        assert parts.service.calls == []

    def test_the_next_value_is_left_alone(self, parts: Any) -> None:
        parts.sign_in()
        refused = parts.holder.value
        parts.sign_in(5)
        parts.holder.end(refused, Refused())

        assert parts.holder.get() == value(5)
        assert (parts.holder.is_over, parts.events) == (False, [])

    def test_what_was_signed_out_stays_signed_out(self, parts: Any) -> None:
        parts.sign_in()
        refused = parts.holder.replace(None)
        parts.holder.end(refused, Refused())

        assert parts.holder.get() is None
        assert parts.events == []


class TestReadingWithoutWaiting:
    def test_a_fresh_value_is_there_and_one_to_be_renewed_is_only_unexpired(self, parts: Any) -> None:
        holder, clock = parts.holder, parts.clock
        seen = []
        for passed in (0.0, LIFE - MARGIN - 1.0, LIFE - MARGIN, LIFE - 1.0, LIFE):
            clock.now = 1000.0 + passed
            seen.append((holder.fresh_value, holder.unexpired_value))

        held = value(0)
        assert seen == [(held, held), (held, held), (None, held), (None, held), (None, None)]
        assert parts.service.calls == []

    def test_after_a_failed_attempt_the_old_value_is_as_good_as_for_get(self, parts: Any) -> None:
        holder = parts.holder
        holder.replace(expiring(value(0), since=parts.clock(), lifetime=LIFE, margin=2 * RETRY_AFTER))
        parts.clock.now += LIFE - 1.5 * RETRY_AFTER
        parts.service.errors.append(TimeoutError())
        assert holder.fresh_value is None
        holder.get()

        assert holder.fresh_value == value(0)

    def test_nothing_held_is_nothing(self, parts: Any) -> None:
        parts.holder.replace(None)

        assert parts.holder.fresh_value is None
        assert parts.holder.unexpired_value is None


@pytest.mark.parametrize("call", ["get", "force", "amend"])
def test_a_call_that_the_refresh_itself_makes_does_not_wait_for_it(call: str) -> None:
    """It would wait for ever, or until the time of the outer call is over."""
    clock, found = Clock(), []

    def use() -> None:
        if call == "amend":
            held.amend(lambda current: current)
        else:
            held.get(force=call == "force")

    def refresh(old: Value, context: object, keep: object) -> Expiring[Value]:
        with pytest.raises(AuthStateError, match="waits for this call") as caught:
            use()
        found.append(caught.value)
        return expiring(value(old.access + 1), since=clock(), lifetime=LIFE, margin=MARGIN)

    held: Refreshable[Value] = Refreshable(refresh, clock=clock)
    held.replace(expiring(value(0), since=clock(), lifetime=LIFE, margin=MARGIN))
    clock.now += LIFE
    assert held.get() == value(1)
    assert len(found) == 1
    held.amend(lambda current: current)
    assert held.get() == value(1)


def test_a_refresh_can_ask_for_another_value_that_must_be_refreshed_too(parts: Any) -> None:
    outer: Refreshable[Any] = Refreshable(
        lambda old, context, keep: expiring(parts.holder.get(), since=parts.clock(), lifetime=LIFE, margin=MARGIN),
        clock=parts.clock,
    )
    outer.replace(expiring(value(0), since=parts.clock(), lifetime=LIFE, margin=MARGIN))
    parts.clock.now += LIFE
    assert outer.get() == value(1)
