"""What a public function adds to every call: errors without frames that hold secrets, and a bound in time."""

from __future__ import annotations

import math
import re
import threading
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import Context, copy_context
from typing import Any

import pytest

import amplify_auth
from amplify_auth import AuthError, AuthNetworkError, AuthStateError, Session, _clock
from amplify_auth._public_call import counted_anew, public, time_left, time_limit, uncounted, warn, within
from amplify_auth._public_call import kept_error as kept_error_field

SECRET = "Corr3ct-horse"


def frames(error: BaseException | None) -> list[str]:
    return [] if error is None else [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def variables(error: BaseException | None) -> str:
    """The variables of all frames below the test's own."""
    found = [] if error is None else list(traceback.walk_tb(error.__traceback__))
    return repr([frame.f_locals for frame, _ in found if not frame.f_code.co_name.startswith("test_")])


def inside(namespace: str, raise_it: Callable[[str], object]) -> Callable[[str], object]:
    """A function of a module with this name that calls ``raise_it`` with the password that it was given."""
    module = {"__name__": namespace, "raise_it": raise_it}
    exec("def inner(password):\n    return raise_it(password)\n", module)
    inner: Callable[[str], object] = module["inner"]  # type: ignore[assignment]
    return inner


def refuse(password: str) -> None:
    raise AuthError("No.")


STORAGE = """
def save(text):
    raise OSError("disk")

def refuse_with_cause(password):
    try:
        save(password)
    except OSError as error:
        raise AuthError("No.") from error
"""


def refuse_and_say_no_more(password: str) -> None:
    try:
        raise ValueError(password)
    except ValueError:
        raise AuthError("No.") from None


class TestErrorsOfTheLibrary:
    def test_the_traceback_ends_at_the_line_of_the_caller(self) -> None:
        function = public(inside("amplify_auth._sign_in", refuse))

        with pytest.raises(AuthError) as caught:
            function(SECRET)

        assert frames(caught.value) == [self.test_the_traceback_ends_at_the_line_of_the_caller.__name__, "call"]
        assert SECRET not in variables(caught.value)

    def test_what_the_caller_was_handling_stays_the_context(self) -> None:
        function = public(inside("amplify_auth._sign_in", refuse))

        def call_while_handling() -> None:
            try:
                raise KeyError("mine")
            except KeyError:
                function(SECRET)

        with pytest.raises(AuthError) as caught:
            call_while_handling()

        context = caught.value.__context__
        assert isinstance(context, KeyError)
        assert frames(context) == ["call_while_handling"]

    def test_a_cause_stays_without_the_frames_of_the_library(self) -> None:
        module: dict[str, Any] = {"__name__": "amplify_auth.storage", "AuthError": AuthError}
        exec(STORAGE, module)
        function = public(module["refuse_with_cause"])

        with pytest.raises(AuthError) as caught:
            function(SECRET)

        assert isinstance(caught.value.__cause__, OSError)
        assert frames(caught.value.__cause__) == []
        assert caught.value.__context__ is None

    def test_a_context_that_says_nothing_more_is_gone(self) -> None:
        function = public(inside("amplify_auth._sign_in", refuse_and_say_no_more))

        with pytest.raises(AuthError) as caught:
            function(SECRET)

        assert (caught.value.__cause__, caught.value.__context__) == (None, None)

    def test_an_error_that_a_value_holds_has_no_frames(self) -> None:
        converter = kept_error_field().converter
        with pytest.raises(AuthError) as caught:
            inside("amplify_auth._sign_in", refuse)(SECRET)

        assert converter(caught.value) is caught.value
        assert caught.value.__traceback__ is None
        assert converter(None) is None


class TestOtherExceptions:
    @pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, UserWarning])
    @pytest.mark.parametrize("module", ["amplify_auth._sign_in", "botocore.endpoint", "urllib3.connection"])
    def test_their_lines_stay_and_the_variables_go(self, kind: type[BaseException], module: str) -> None:
        def fail(password: str) -> None:
            raise kind("odd")

        function = public(inside(module, fail))
        with pytest.raises(kind) as caught:
            function(SECRET)

        assert "inner" in frames(caught.value)
        held = [frame.f_locals for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
        names = frames(caught.value)
        assert held[names.index("inner")] == {}
        assert SECRET not in repr(held[names.index("call")])

    @pytest.mark.parametrize("interrupted", ["_clock.stopwatch", "_public_call._cut"])
    def test_an_interruption_of_the_wrapper_itself_leaves_no_variables(
        self, interrupted: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        function = public(inside("amplify_auth._sign_in", refuse))
        monkeypatch.setattr(f"amplify_auth.{interrupted}", interrupt)
        with pytest.raises(KeyboardInterrupt) as caught:
            function(SECRET)

        assert SECRET not in variables(caught.value)

    def test_a_callback_of_the_program_keeps_its_variables(self) -> None:
        def fail(password: str) -> None:
            mine = "kept"
            raise RuntimeError(mine)

        function = public(inside("amplify_auth._sign_in", fail))
        with pytest.raises(RuntimeError) as caught:
            function(SECRET)

        last = list(traceback.walk_tb(caught.value.__traceback__))[-1][0]
        assert last.f_locals["mine"] == "kept"


class TestThePublicFunctions:
    @pytest.mark.parametrize(
        "name",
        [
            name
            for name in amplify_auth.__all__
            if callable(getattr(amplify_auth, name)) and name.islower() and name != "use_session"
        ],
    )
    def test_every_function_is_one(self, name: str) -> None:
        function = getattr(amplify_auth, name)

        assert function.__code__ is public(len).__code__  # type: ignore[attr-defined]
        assert function.__wrapped__.__name__ == function.__name__ == name

    def test_every_method_of_a_session_that_can_fail_is_one(self) -> None:
        methods = {name for name, item in vars(Session).items() if hasattr(item, "__wrapped__")}

        others = {"__repr__", "__reduce__", "_open"}
        called = {name for name, item in vars(Session).items() if callable(item) or isinstance(item, classmethod)}
        assert called - others == methods

    def test_a_wrong_option_leaves_no_secret_in_a_frame(self) -> None:
        for make in (amplify_auth.configure, amplify_auth.Session, amplify_auth.AuthConfig):
            with pytest.raises(AuthError) as caught:
                make(user_pool_id="eu-west-1_AbC123", user_pool_client_id="c", client_secret=f" {SECRET}")

            assert SECRET not in variables(caught.value)


Passes = Callable[[float], None]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Passes:
    """``passes(5)``: five seconds pass on the stopwatch, which stands still otherwise."""
    now = [100.0]
    monkeypatch.setattr(_clock, "stopwatch", lambda: now[0])

    def let_pass(seconds: float) -> None:
        now[0] += seconds

    return let_pass


def left() -> float:
    """What is left of ten seconds."""
    with within(10.0):
        return time_left()


class TestTime:
    def test_counts_from_the_beginning_of_the_outermost_call(self, passes: Passes) -> None:
        def measured() -> tuple[float, float]:
            passes(3)
            return left(), public(left)()

        assert public(measured)() == (7, 7)

    def test_counts_from_the_block_where_no_public_function_is_called(self, passes: Passes) -> None:
        with within(10.0):
            passes(3)
            assert left() == 7
        assert left() == 10

    def test_has_no_end_outside_of_the_block(self) -> None:
        measured = public(lambda: (time_left(), time_limit()))

        assert measured() == (math.inf, math.inf)
        assert time_left() == math.inf

    def test_can_be_over(self, passes: Passes) -> None:
        def measured() -> float:
            passes(13)
            return left()

        assert public(measured)() == -3

    def test_a_block_that_is_not_counted_moves_the_end(self, passes: Passes) -> None:
        def measured() -> float:
            passes(1)
            with uncounted():
                passes(60)
            return left()

        assert public(measured)() == 9

    def test_a_call_in_a_block_that_is_not_counted_is_a_call_of_its_own(self, passes: Passes) -> None:
        def measured() -> tuple[float, float, float]:
            passes(1)
            with within(10.0), uncounted():
                passes(60)
                outside, own = time_left(), public(left)()
            return outside, own, left()

        assert public(measured)() == (math.inf, 10, 9)

    def test_an_attempt_counts_for_itself(self, passes: Passes) -> None:
        def measured() -> tuple[float, float]:
            passes(3)
            with counted_anew():
                attempt = left()
            return attempt, left()

        assert public(measured)() == (10, 7)

    def test_the_next_call_begins_for_itself(self, passes: Passes) -> None:
        def measured() -> float:
            before = left()
            passes(3)
            return before

        assert [public(measured)(), public(measured)()] == [10, 10]

    @pytest.mark.parametrize("block", [lambda: within(10.0), counted_anew], ids=["within", "counted anew"])
    def test_a_task_that_was_started_in_a_call_has_calls_of_its_own(
        self, block: Callable[[], AbstractContextManager[None]], passes: Passes
    ) -> None:
        """Such as in a handler of log records: the task has a copy of the context, and may live for hours."""
        started: list[Context] = []

        def measured() -> None:
            with block():
                started.append(copy_context())

        public(measured)()
        passes(60)

        assert started[0].run(time_left) == math.inf
        assert started[0].run(public(left)) == 10


def test_a_warning_names_the_line_that_called_the_library() -> None:
    module = {"__name__": "amplify_auth._sign_in.deep", "warn": warn}
    exec("def inner():\n    warn('odd', UserWarning)\n", module)
    function: Callable[[], object] = public(module["inner"])  # type: ignore[arg-type]

    with pytest.warns(UserWarning, match="odd") as caught:
        function()

    assert [item.filename for item in caught] == [__file__]


PROGRAM = """
import amplify_auth as auth

def test_wrong_password(mock_cognito):
    pool = mock_cognito.create_pool()
    pool.create_user("alice", "Corr3ct-horse")
    session = auth.Session(**pool.config)
    auth.sign_in("alice", open("secret.txt").read(), auth_flow_type="USER_PASSWORD_AUTH", session=session)

def test_wrong_code(mock_cognito):
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", "Corr3ct-horse", mfa=("SOFTWARE_TOKEN_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in("alice", "Corr3ct-horse", auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.confirm_sign_in(open("code.txt").read(), session=session)
"""


def test_a_report_of_pytest_shows_no_password_and_no_code(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("secret.txt").write_text("Wr0ng-pony-7")
    pytester.path.joinpath("code.txt").write_text("736451")
    pytester.makepyfile(PROGRAM)

    for options in (["-q"], ["-q", "--showlocals", "--tb=long"], ["-q", "--full-trace", "--showlocals"]):
        text = pytester.runpytest_subprocess(*options).stdout.str()

        assert "NotAuthorizedException" in text
        assert "CodeMismatchException" in text
        assert "Wr0ng-pony-7" not in text
        assert not re.search(r"(?<![\d.])736451(?!\d)", text)  # and not as a part of a number
        assert "_sign_in/conversation.py" not in text


def test_network_errors_in_threads_have_a_traceback_each() -> None:
    """Threads that shared one refresh raise one error object: cutting it in one thread does not break the other."""
    shared = AuthNetworkError("No answer.")
    failed: list[BaseException] = []
    together = threading.Barrier(8)

    def fail() -> None:
        raise shared

    def run() -> None:
        together.wait()
        for _ in range(200):
            try:
                public(fail)()
            except AuthNetworkError as error:
                failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == [shared] * 1600


def test_state_errors_name_what_to_do() -> None:
    with pytest.raises(AuthStateError) as caught:
        amplify_auth.confirm_sign_in(
            "123456", session=Session(user_pool_id="eu-west-1_AbC123", user_pool_client_id="c")
        )

    assert str(caught.value).startswith(caught.value.message)
    assert "then answer its next step with confirm_sign_in()." in str(caught.value)
