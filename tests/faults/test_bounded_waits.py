"""The wait for another thread, or another process, ends with the time of the call. The other one is not disturbed."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthNetworkError, AuthStateError, Session
from tests.support.makers import NewSession
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, says, signs_in
from tests.support.together import run_together

PASSWORD = "Correct-h0rse!"


class Slow:
    """An answer that comes when the test says so."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.arrived, self.go_on = threading.Event(), threading.Event()

    def __call__(self, _: object) -> Answer:
        self.arrived.set()
        assert self.go_on.wait(30)
        return self._answer


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def sign_in(session: Session) -> Any:
    return auth.sign_in("alice", PASSWORD, session=session)


def refresh(session: Session, **how: Any) -> Any:
    return auth.fetch_auth_session(session=session, **how).tokens


class TestARefreshOfAnotherThread:
    @pytest.fixture
    def slow(self, scripted: ScriptedCognito, pool: ThreadPoolExecutor) -> Iterator[Slow]:
        slow = Slow(signs_in(RefreshToken="rotated"))
        scripted.on("InitiateAuth", signs_in()).on("GetTokensFromRefreshToken", slow)
        yield slow
        slow.go_on.set()

    def leader(self, session: Session, pool: ThreadPoolExecutor, slow: Slow) -> Any:
        """It has enough time: what the waiting threads have is set after it has begun."""
        future = pool.submit(refresh, session, force_refresh=True)
        assert slow.arrived.wait(30)
        session._state.user._patience = 0.2
        return future

    def test_is_not_waited_for_longer_than_the_call_may_take(
        self, slow: Slow, pool: ThreadPoolExecutor, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session = new_session()
        sign_in(session)
        leader = self.leader(session, pool, slow)

        with pytest.raises(AuthNetworkError) as caught:
            refresh(session, force_refresh=True)

        error = caught.value
        assert "Another thread's refresh" in error.message
        assert "total_timeout=0.2 seconds" in error.message
        assert (error.name, error.is_retryable, bool(error.recovery_suggestion)) == ("NetworkError", True, True)
        slow.go_on.set()
        assert leader.result(30).refresh_token == "rotated"
        assert session.tokens is not None
        assert session.tokens.refresh_token == "rotated"

    def test_is_shared_by_all_who_wait_and_by_all_who_come_after(
        self, slow: Slow, pool: ThreadPoolExecutor, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session = new_session()
        sign_in(session)
        leader = self.leader(session, pool, slow)
        waited = run_together(8, lambda: refresh(session, force_refresh=True))

        session._state.user._patience = 30
        again = ThreadPoolExecutor(8)
        futures = [again.submit(refresh, session, force_refresh=True) for _ in range(8)]
        time.sleep(0.1)
        slow.go_on.set()
        tokens = [future.result(30).refresh_token for future in futures]
        again.shutdown()

        assert [type(error) for error in waited] == [AuthNetworkError] * 8
        assert tokens == ["rotated"] * 8
        assert leader.result(30).refresh_token == "rotated"
        assert scripted.operations.count("GetTokensFromRefreshToken") == 1

    def test_is_not_waited_for_while_the_tokens_are_good(
        self, slow: Slow, pool: ThreadPoolExecutor, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session = new_session()
        sign_in(session)
        self.leader(session, pool, slow)

        assert refresh(session).refresh_token == "refresh-of-alice"

    def test_has_the_time_of_the_option(
        self, slow: Slow, pool: ThreadPoolExecutor, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session = new_session(total_timeout=17, identity_pool_id="us-east-1:0a", allow_guest_access=True)
        state = session._state
        pool_of_guest = state.identity_pool._refreshable_of(None)

        assert [each._patience for each in (state.user, state.signing_keys._keys, pool_of_guest)] == [17] * 3

    def test_of_a_bearer_token_is_not_waited_for_longer(
        self, slow: Slow, pool: ThreadPoolExecutor, new_session: NewSession
    ) -> None:
        """No public function is called: the time counts from the request that needs the token."""
        session = new_session()
        sign_in(session)
        bearer = session.http_auth()
        access_token = session.tokens.access_token if session.tokens else ""
        self.leader(session, pool, slow)

        with pytest.raises(AuthNetworkError, match="Another thread"):
            bearer._token(access_token)


class TestAStepOfAnotherThread:
    @pytest.mark.parametrize(
        "call",
        [
            sign_in,
            lambda session: auth.confirm_sign_in("123456", session=session),
            lambda session: auth.resend_sign_in_code(session=session),
        ],
        ids=["sign_in", "confirm_sign_in", "resend_sign_in_code"],
    )
    def test_is_not_waited_for_longer_than_the_call_may_take(
        self,
        call: Callable[[Session], object],
        pool: ThreadPoolExecutor,
        scripted: ScriptedCognito,
        new_session: NewSession,
    ) -> None:
        slow = Slow(signs_in())
        scripted.on(
            "InitiateAuth", asks("SMS_MFA", CODE_DELIVERY_DESTINATION="+1", CODE_DELIVERY_DELIVERY_MEDIUM="SMS")
        )
        scripted.on("RespondToAuthChallenge", slow)
        session = new_session(total_timeout=0.3, read_timeout=30)
        sign_in(session)
        object.__setattr__(session.config, "total_timeout", 30)  # for the other thread
        other = pool.submit(auth.confirm_sign_in, "123456", session=session)
        assert slow.arrived.wait(30)
        object.__setattr__(session.config, "total_timeout", 0.3)

        with pytest.raises(AuthStateError) as caught:
            call(session)

        assert "total_timeout=0.3 seconds" in caught.value.message
        assert caught.value.is_retryable
        assert len(scripted.operations) == 2
        slow.go_on.set()
        assert other.result(30).is_signed_in
        assert session.is_signed_in

    def test_is_waited_for_if_it_ends_in_time(
        self, pool: ThreadPoolExecutor, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        slow = Slow(asks("CUSTOM_CHALLENGE"))
        scripted.on("InitiateAuth", slow, signs_in())
        session = new_session()
        other = pool.submit(sign_in, session)
        assert slow.arrived.wait(30)
        threading.Timer(0.1, slow.go_on.set).start()

        assert sign_in(session).is_signed_in
        assert not other.result(30).is_signed_in


class TestTheLockOfAStorage:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        pytest.importorskip("filelock")
        return tmp_path / "session.json"

    def test_is_not_waited_for_longer_than_a_refresh_may_take(
        self, path: Path, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        from amplify_auth.storage import FileStorage

        scripted.on("InitiateAuth", signs_in())
        session = new_session(storage=FileStorage(path), total_timeout=0.3)
        sign_in(session)
        begun = time.monotonic()

        with FileStorage(path).lock(), pytest.raises(AuthStateError) as caught:
            refresh(session, force_refresh=True)

        assert time.monotonic() - begun < 20
        assert caught.value.is_retryable
        assert scripted.operations == ["InitiateAuth"]
        assert session.is_signed_in

    def test_is_waited_for_to_keep_a_sign_in_that_is_over(
        self, path: Path, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        """Its tokens would be lost."""
        from amplify_auth.storage import FileStorage

        session = new_session(storage=FileStorage(path), total_timeout=0.3)
        lock, held = FileStorage(path).lock(), threading.Event()

        def hold() -> None:
            with lock:
                held.set()
                time.sleep(0.6)

        holder = threading.Thread(target=hold)

        def script(_: object) -> Answer:
            holder.start()
            assert held.wait(10)
            return signs_in()

        scripted.on("InitiateAuth", script)

        assert sign_in(session).is_signed_in
        holder.join()

    def test_keeps_its_own_limit(self, path: Path) -> None:
        from amplify_auth._public_call import within
        from amplify_auth.storage import FileStorage

        storage = FileStorage(path, lock_timeout=0.1)
        with FileStorage(path).lock(), within(0.2), pytest.raises(AuthStateError):
            storage.lock().__enter__()
        with within(-1), storage.lock():
            pass


def test_the_attempts_of_an_automatic_sign_in_have_the_time_of_a_call_each(
    scripted: ScriptedCognito, new_session: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user takes longer to follow the link than a call may take."""
    from amplify_auth._api import auto_sign_in
    from tests.support.scripted_cognito import refuses

    monkeypatch.setattr(auto_sign_in, "POLL_INTERVAL", 0.2)
    scripted.on("SignUp", says(UserConfirmed=False, UserSub="sub-1"))
    unconfirmed = refuses("UserNotConfirmedException", "User is not confirmed.")
    scripted.on("InitiateAuth", unconfirmed, unconfirmed, unconfirmed, signs_in())
    session = new_session(sign_up_verification_method="link", total_timeout=0.4)
    auth.sign_up("alice", PASSWORD, auto_sign_in=True, session=session)

    assert auth.auto_sign_in(session=session).is_signed_in
