"""A device whose ConfirmDevice failed for now is confirmed later, so that its session stays alive.

The mock binds refresh tokens to devices as Cognito does: it renews none of a device that is not confirmed.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.scripted_cognito import ScriptedCognito, refuses, says, signs_in
from tests.support.story import NEW_DEVICE
from tests.support.together import run_together

PASSWORD = "Passw0rd!"
NEAR_THE_END = 3600 - 30  # the tokens are about to expire, and are refreshed at the next use
Clock = Callable[[float], None]


@pytest.fixture
def pool(pool_of: PoolOf) -> MockPool:
    return pool_of(device_tracking="ALWAYS", mfa="OPTIONAL")


@pytest.fixture
def start(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito, slept: list[float]
) -> Callable[..., auth.Session]:
    """A session whose user signed in on a new device, while ConfirmDevice failed in the given way."""

    def start(*fault: str, times: int = 3, after: bool = False, **options: Any) -> auth.Session:
        pool.create_user(name, PASSWORD)
        session = session_of(pool, auth_flow_type="USER_PASSWORD_AUTH", **options)
        cognito.fail_next("ConfirmDevice", *fault, times=times, after=after)  # type: ignore[arg-type]
        with pytest.warns(errors.DeviceRegistrationWarning, match="not registered yet"):
            auth.sign_in(name, PASSWORD, session=session)
        cognito.faults.clear()
        assert session.is_signed_in
        assert session.devices == ()
        return session

    return start


def _sent(cognito: MockCognito) -> list[str]:
    wanted = {"ConfirmDevice", "GetTokensFromRefreshToken"}
    return [call.operation for call in cognito.calls if call.operation in wanted]


#: The ways to fail after which it is not known if Cognito acted, and those after which it surely did not.
UNKNOWN = ["dropped", "timeout", "internal_error", "unavailable", "malformed"]
UNSENT = ["unreachable", "throttled", "throttled_429"]
CASES = [*((fault, False) for fault in UNKNOWN + UNSENT), *((fault, True) for fault in UNKNOWN)]


@pytest.mark.parametrize(
    ("fault", "after"), CASES, ids=[f"{fault}-{'acted on' if after else 'not acted on'}" for fault, after in CASES]
)
def test_the_device_is_confirmed_at_the_next_use_and_the_session_lives(
    fault: str, after: bool, start: Any, cognito: MockCognito, pool: MockPool, name: str, clock: Clock
) -> None:
    session = start(fault, after=after, times=1 if after else 3)
    (first, *_), tokens = cognito.calls.of("ConfirmDevice"), session.tokens
    cognito.calls.clear()
    assert auth.fetch_auth_session(session=session).tokens == tokens
    assert _sent(cognito) == ["ConfirmDevice"]
    second = cognito.calls.last("ConfirmDevice")
    assert second.reveal() == first.reveal(), "the same verifier: if the first request was acted on, it is no other"
    assert [device.username for device in session.devices] == [name]
    cognito.calls.clear()
    for _ in range(2):
        clock(3600)
        assert auth.fetch_auth_session(session=session).tokens is not None
    assert _sent(cognito) == ["GetTokensFromRefreshToken"] * 2
    auth.sign_out(session=session)
    cognito.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert "DEVICE_KEY" in cognito.calls.of("InitiateAuth")[0].reveal()["AuthParameters"]
    assert len(pool.user(name).devices) == 1


def test_it_is_confirmed_before_the_first_refresh_at_the_latest(start: Any, cognito: MockCognito, clock: Clock) -> None:
    session = start("unavailable")
    cognito.calls.clear()
    clock(NEAR_THE_END)
    auth.fetch_auth_session(session=session)
    assert _sent(cognito) == ["ConfirmDevice", "GetTokensFromRefreshToken"]
    assert len(session.devices) == 1


def test_the_time_between_two_tries_grows(start: Any, cognito: MockCognito, clock: Clock) -> None:
    session = start("unavailable", times=1)
    cognito.calls.clear()
    cognito.fail_next("ConfirmDevice", "dropped", times=100)
    tried = []
    for second in range(0, 2400, 10):
        before = len(_sent(cognito))
        assert auth.fetch_auth_session(session=session).tokens is not None, "the tokens are good"
        if len(_sent(cognito)) > before:
            tried.append(second)
        clock(10)
    assert tried == [0, 30, 90, 210, 450, 930, 1530, 2130]
    assert set(_sent(cognito)) == {"ConfirmDevice"}


def test_a_caller_who_must_have_new_tokens_hears_why_there_are_none(
    start: Any, cognito: MockCognito, clock: Clock
) -> None:
    """The refresh is not tried: Cognito would refuse it, and the session would end."""
    session = start("unavailable", times=1)
    cognito.calls.clear()
    cognito.fail_next("ConfirmDevice", "dropped", times=100)
    for _ in range(2):
        with pytest.raises(auth.AuthNetworkError) as caught:
            auth.fetch_auth_session(force_refresh=True, session=session)
        assert caught.value.operation == "ConfirmDevice"
    assert _sent(cognito) == ["ConfirmDevice"], "one request for both"
    clock(6)
    with pytest.raises(auth.AuthNetworkError):
        auth.fetch_auth_session(force_refresh=True, session=session)
    assert _sent(cognito) == ["ConfirmDevice"] * 2
    cognito.faults.clear()
    clock(6)
    former = session.tokens
    assert auth.fetch_auth_session(force_refresh=True, session=session).tokens != former
    assert _sent(cognito) == ["ConfirmDevice"] * 3 + ["GetTokensFromRefreshToken"]


def test_new_tokens_come_at_once_if_the_device_can_be_confirmed(start: Any, cognito: MockCognito) -> None:
    session = start("unavailable")
    former = session.tokens
    cognito.calls.clear()
    assert auth.fetch_auth_session(force_refresh=True, session=session).tokens != former
    assert _sent(cognito) == ["ConfirmDevice", "GetTokensFromRefreshToken"]


def test_a_refresh_that_is_due_waits_for_the_device(start: Any, cognito: MockCognito, clock: Clock) -> None:
    session = start("unavailable", times=1)
    cognito.calls.clear()
    cognito.fail_next("ConfirmDevice", "dropped", times=100)
    clock(NEAR_THE_END)
    heard: list[Any] = []
    session.add_listener(lambda event: heard.append((event.name, event.error.operation)))
    for _ in range(3):
        assert auth.fetch_auth_session(session=session).tokens == session.tokens, "they are still good"
        assert _sent(cognito) == ["ConfirmDevice"]
        assert heard == [("token_refresh_failure", "ConfirmDevice")]
    assert session.is_signed_in


def test_a_confirmation_is_kept_if_the_refresh_after_it_fails(start: Any, cognito: MockCognito, clock: Clock) -> None:
    session = start("unavailable")
    cognito.calls.clear()
    cognito.fail_next("GetTokensFromRefreshToken", "dropped", times=3)
    clock(3600 - 59)
    auth.fetch_auth_session(session=session)
    cognito.faults.clear()
    clock(31)
    assert auth.fetch_auth_session(session=session).tokens is not None
    assert _sent(cognito) == ["ConfirmDevice", *["GetTokensFromRefreshToken"] * 4]


def test_of_tokens_that_have_expired_the_error_says_that_the_device_is_why(
    start: Any, cognito: MockCognito, clock: Clock
) -> None:
    session = start("unavailable")
    cognito.calls.clear()
    clock(3700)
    with pytest.raises(errors.SessionEnded, match="device could not be registered") as caught:
        auth.fetch_auth_session(session=session)
    assert caught.value.name == "UserUnAuthenticatedException"
    assert _sent(cognito) == ["GetTokensFromRefreshToken"]
    assert not session.is_signed_in


def test_of_tokens_that_have_expired_the_refresh_works_if_the_first_request_was_acted_on(
    start: Any, cognito: MockCognito, clock: Clock
) -> None:
    session = start("dropped", times=1, after=True)
    cognito.calls.clear()
    clock(3700)
    assert auth.fetch_auth_session(session=session).tokens is not None
    assert _sent(cognito) == ["GetTokensFromRefreshToken"]
    assert len(session.devices) == 1


def test_many_threads_confirm_it_once(start: Any, cognito: MockCognito) -> None:
    session = start("unavailable")
    cognito.calls.clear()
    found = run_together(20, lambda: auth.fetch_auth_session(session=session))
    assert all(isinstance(item, auth.AuthSession) for item in found)
    assert _sent(cognito) == ["ConfirmDevice"]


def test_it_is_no_refresh_to_a_listener(start: Any, cognito: MockCognito, clock: Clock) -> None:
    session = start("unavailable", times=1)
    heard: list[str] = []
    session.add_listener(lambda event: heard.append(event.name))
    cognito.fail_next("ConfirmDevice", "dropped")
    auth.fetch_auth_session(session=session)
    clock(60)
    auth.fetch_auth_session(session=session)
    assert len(session.devices) == 1
    assert heard == []


@pytest.mark.parametrize("way", ["exported", "stored"])
def test_another_process_confirms_it(
    way: str, start: Any, session_of: SessionOf, pool: MockPool, cognito: MockCognito, clock: Clock, tmp_path: Path
) -> None:
    storage = FileStorage(tmp_path / "session.json") if way == "stored" else None
    first = start("unavailable", storage=storage)
    if storage is None:
        second = session_of(pool)
        second.restore_state(first.export_state())
    else:
        second = session_of(pool, storage=FileStorage(tmp_path / "session.json"))
    cognito.calls.clear()
    auth.fetch_auth_session(session=second)
    assert len(second.devices) == 1
    auth.fetch_auth_session(session=first)
    assert second.devices == first.devices, "it finds that it is confirmed"
    assert _sent(cognito) == ["ConfirmDevice"] * 2
    clock(3600)
    assert auth.fetch_auth_session(session=second).tokens is not None
    if storage is not None:
        third = session_of(pool, storage=FileStorage(tmp_path / "session.json"))
        assert third.devices == second.devices
        assert "unconfirmed_device" not in (storage.load() or "")


def test_a_text_without_it_is_read_and_a_damaged_one_is_not(start: Any, session_of: SessionOf, pool: MockPool) -> None:
    state = json.loads(start("unavailable").export_state())
    waiting = state["signed_in"]["unconfirmed_device"]
    for damage in ({"salt": 5}, {"device": None}, {"device": {**waiting["device"], "key": 5}}, {"more": 1}):
        state["signed_in"]["unconfirmed_device"] = {**waiting, **damage}
        with pytest.raises(auth.AuthValidationError):
            session_of(pool).restore_state(json.dumps(state))
    del state["signed_in"]["unconfirmed_device"]
    session = session_of(pool)
    session.restore_state(json.dumps(state))
    assert session.is_signed_in


def test_a_sign_out_gives_it_up(start: Any, cognito: MockCognito, name: str) -> None:
    session = start("unavailable")
    auth.sign_out(session=session)
    cognito.calls.clear()
    auth.fetch_auth_session(session=session)
    assert (session.devices, _sent(cognito)) == ((), [])
    auth.sign_in(name, PASSWORD, session=session)
    assert len(session.devices) == 1


def test_secrets_of_it_are_masked(start: Any, cognito: MockCognito) -> None:
    session = start("unavailable")
    secret = json.loads(session.export_state())["signed_in"]["unconfirmed_device"]
    shown = repr(session._state.signed_in) + repr(session._state.snapshot())
    assert secret["device"]["key"] in shown
    for value in (secret["salt"], secret["verifier"], secret["device"]["password"]):
        assert value not in shown


REFUSALS = [
    refuses("InvalidParameterException", "Invalid device key given."),
    refuses("NotAuthorizedException", "Access Token has been revoked"),
    refuses("InvalidUserPoolConfigurationException"),
]


def test_a_failure_of_the_service_may_pass_even_if_the_same_call_is_not_to_be_repeated_at_once() -> None:
    from amplify_auth._renewal import may_pass

    for status, passes in ((500, True), (503, True), (400, False), (None, False)):
        assert may_pass(errors.AuthServiceError("x", is_retryable=False, http_status_code=status)) is passes


def test_a_sign_out_while_it_is_confirmed_wins(session: auth.Session, scripted: ScriptedCognito) -> None:
    def confirm(_: object) -> Any:
        auth.sign_out(session=session)
        return says()

    scripted.on("ConfirmDevice", refuses("InternalErrorException", status=500), confirm).always("RevokeToken", says())
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=NEW_DEVICE))
    with pytest.warns(errors.DeviceRegistrationWarning):
        auth.sign_in("alice", PASSWORD, session=session)
    assert auth.fetch_auth_session(session=session).tokens is None
    assert session.devices == ()


@pytest.mark.parametrize(
    "refusal",
    [
        refuses("ForbiddenException", "Request not allowed due to WAF block.", status=403),
        refuses("LimitExceededException", "Exceeded daily limit"),
        refuses("UnheardOfException", status=599),
    ],
    ids=["firewall", "quota", "unknown failure"],
)
def test_a_refusal_that_may_pass_is_tried_again(refusal: Any, session: auth.Session, scripted: ScriptedCognito) -> None:
    scripted.on("ConfirmDevice", refusal).on("InitiateAuth", signs_in(NewDeviceMetadata=NEW_DEVICE))
    with pytest.warns(errors.DeviceRegistrationWarning, match="tried again"):
        auth.sign_in("alice", PASSWORD, session=session)
    scripted.always("ConfirmDevice", says())
    auth.fetch_auth_session(session=session)
    auth.fetch_auth_session(session=session)
    assert len(session.devices) == 1


class TestRefusedForGood:
    """``Invalid device key given.`` is what Cognito says in flows that do not track devices:
    https://github.com/aws-amplify/amplify-js/issues/2705
    """

    @pytest.mark.parametrize("refusal", REFUSALS, ids=["parameter", "token", "pool"])
    def test_it_is_not_tried_again_and_the_warning_says_what_is_at_stake(
        self, refusal: Any, session: auth.Session, scripted: ScriptedCognito
    ) -> None:
        scripted.always("ConfirmDevice", refusal).on("InitiateAuth", signs_in(NewDeviceMetadata=NEW_DEVICE))
        with pytest.warns(errors.DeviceRegistrationWarning) as caught:
            auth.sign_in("alice", PASSWORD, session=session)
        assert "the session ends when they expire" in str(caught[0].message)
        assert "tried again" not in str(caught[0].message)
        auth.fetch_auth_session(session=session)
        assert len(scripted.of("ConfirmDevice")) == 1
        scripted.on("GetTokensFromRefreshToken", signs_in())
        auth.fetch_auth_session(force_refresh=True, session=session)
        assert "DeviceKey" not in scripted.of("GetTokensFromRefreshToken")[0]

    def test_at_the_second_try_the_key_stays_because_the_first_may_have_been_acted_on(
        self, session: auth.Session, scripted: ScriptedCognito, caplog: pytest.LogCaptureFixture
    ) -> None:
        scripted.on("ConfirmDevice", refuses("InternalErrorException", status=500), REFUSALS[0])
        scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=NEW_DEVICE))
        with pytest.warns(errors.DeviceRegistrationWarning, match="tried again"):
            auth.sign_in("alice", PASSWORD, session=session)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            auth.fetch_auth_session(session=session)
        assert "may refuse to renew" in caplog.messages[-1]
        auth.fetch_auth_session(session=session)
        assert len(scripted.of("ConfirmDevice")) == 2
        scripted.on("GetTokensFromRefreshToken", signs_in())
        auth.fetch_auth_session(force_refresh=True, session=session)
        assert scripted.of("GetTokensFromRefreshToken")[0]["DeviceKey"] == NEW_DEVICE["DeviceKey"]

    def test_a_device_of_a_former_sign_in_is_not_sent_with_tokens_of_the_new_one(
        self, session: auth.Session, scripted: ScriptedCognito
    ) -> None:
        scripted.on("ConfirmDevice", says(), REFUSALS[0]).always("RevokeToken", says())
        newer = {**NEW_DEVICE, "DeviceKey": "us-east-1_newer"}
        scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=NEW_DEVICE), signs_in(NewDeviceMetadata=newer))
        auth.sign_in("alice", PASSWORD, session=session)
        auth.sign_out(session=session)
        with pytest.warns(errors.DeviceRegistrationWarning):
            auth.sign_in("alice", PASSWORD, session=session)
        scripted.on("GetTokensFromRefreshToken", signs_in())
        auth.fetch_auth_session(force_refresh=True, session=session)
        assert "DeviceKey" not in scripted.of("GetTokensFromRefreshToken")[0]
