"""fetch_devices, remember_device and forget_device: what Cognito keeps, and what the session keeps of its device."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._account import devices_page
from amplify_auth._renewal import Expiring, Refreshable
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.arrivals import POOLS, WAYS, Arrive, login_id
from tests.support.clients import signed
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito, refuses, says, signs_in
from tests.support.together import run_together
from tests.support.users import PASSWORD

Clock = Callable[[float], None]
HOUR = 3600


@pytest.fixture
def pool(kind: str, pool_of: PoolOf) -> MockPool:
    return pool_of(device_tracking="ALWAYS", **POOLS[kind])


def _stored(session: auth.Session) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(session.export_state())
    return state


each_way = pytest.mark.parametrize("way", WAYS)
public_only = pytest.mark.parametrize("kind", ["public"], indirect=True)


class TestFetch:
    @each_way
    def test_all_devices_of_the_user_are_listed_and_this_one_is_marked(self, way: str, start: Arrive) -> None:
        other, session = start(), start(way)
        devices = auth.fetch_devices(session=session)

        assert [device.is_this_device for device in devices] == [False, True]
        assert [device.id for device in devices] == [_key(other), _key(session)]
        assert [device.is_this_device for device in auth.fetch_devices(session=other)] == [True, False]
        this = devices[1]
        assert this.name == this.attributes["device_name"]
        assert this.attributes["device_status"] == "valid"
        assert "127.0.0.1" not in repr(this)
        for date in (this.create_date, this.last_modified_date, this.last_authenticated_date):
            assert date is not None
            assert date.tzinfo is UTC
            assert date.utcoffset() == timedelta(0)

    def test_all_pages_are_read(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.on("InitiateAuth", signs_in())
        scripted.on(
            "ListDevices",
            says(Devices=[{"DeviceKey": "a"}, {"DeviceKey": "b"}], PaginationToken="1"),
            says(Devices=[], PaginationToken="2"),
            says(Devices=[{"DeviceKey": "c"}], New="member"),
        )
        auth.sign_in("alice", PASSWORD, session=session)
        devices = auth.fetch_devices(session=session)

        assert [device.id for device in devices] == ["a", "b", "c"]
        assert not any(device.is_this_device for device in devices), "the session has no device"
        asked = [(body["Limit"], body.get("PaginationToken")) for body in scripted.of("ListDevices")]
        assert asked == [(60, None), (60, "1"), (60, "2")]

    def test_a_page_that_repeats_is_an_error(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.on("InitiateAuth", signs_in())
        scripted.always("ListDevices", says(Devices=[], PaginationToken="1"))
        auth.sign_in("alice", PASSWORD, session=session)
        with pytest.raises(auth.AuthProtocolError, match="do not end"):
            auth.fetch_devices(session=session)
        assert len(scripted.of("ListDevices")) == 2

    def test_what_a_device_may_lack(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.on("InitiateAuth", signs_in())
        attributes: list[dict[str, str]] = [
            {"Name": "last_ip_used"},
            {"Value": "nameless"},
            {"Name": "x", "Value": "1"},
        ]
        devices = [
            {"DeviceAttributes": attributes},
            {"DeviceKey": ""},
            {"DeviceKey": "a", "DeviceAttributes": attributes},
        ]
        scripted.on("ListDevices", says(Devices=devices))
        auth.sign_in("alice", PASSWORD, session=session)

        assert auth.fetch_devices(session=session) == (
            auth.AuthDevice(id="a", name=None, attributes={"last_ip_used": "", "x": "1"}),
        )

    def test_a_time_zone_of_this_machine_does_not_matter(
        self, scripted: ScriptedCognito, session: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TZ", "Asia/Kolkata")
        scripted.on("InitiateAuth", signs_in())
        scripted.on("ListDevices", says(Devices=[{"DeviceKey": "a", "DeviceCreateDate": 1_700_000_000.5}]))
        auth.sign_in("alice", PASSWORD, session=session)
        (device,) = auth.fetch_devices(session=session)

        assert device.create_date is not None
        assert device.create_date.isoformat() == "2023-11-14T22:13:20.500000+00:00"


class TestRemember:
    @pytest.fixture
    def pool(self, kind: str, pool_of: PoolOf) -> MockPool:
        """A pool that asks the user whether a device is to be remembered."""
        return pool_of(device_tracking="OPT_IN", mfa="OPTIONAL", **POOLS[kind])

    @pytest.fixture
    def typed(self, kind: str, pool: MockPool, name: str) -> str:
        typed = login_id(kind, name)
        pool.create_user(typed, PASSWORD, mfa=("SMS_MFA",))
        return typed

    @pytest.mark.parametrize("stored", [False, True], ids=["memory", "file"])
    def test_a_remembered_device_replaces_the_second_factor_until_it_is_not(
        self, stored: bool, pool: MockPool, typed: str, session_of: SessionOf, tmp_path: Path
    ) -> None:
        options = {"storage": FileStorage(tmp_path / "session.json")} if stored else {}
        session = session_of(pool, auth_flow_type="USER_PASSWORD_AUTH", **options)

        def needs_code() -> bool:
            """Sign in, with a code if that is asked for."""
            auth.sign_out(session=session)
            output = auth.sign_in(typed, PASSWORD, session=session)
            if not output.is_signed_in:
                auth.confirm_sign_in(pool.code(typed), session=session)
            return not output.is_signed_in

        def is_remembered() -> list[bool]:
            sessions = (session, session_of(pool, **options)) if stored else (session,)
            return [device.is_remembered for one in sessions for device in one.devices]

        count = 2 if stored else 1
        assert needs_code()
        assert needs_code(), "Cognito waits for the user's consent"
        assert is_remembered() == [False] * count
        auth.remember_device(session=session)
        assert is_remembered() == [True] * count
        assert not needs_code()
        auth.remember_device(remembered=False, session=session)
        assert is_remembered() == [False] * count
        assert needs_code()
        assert len(pool.user(typed).devices) == 1, "the device stays"

    @public_only
    def test_what_is_sent(self, pool: MockPool, typed: str, session_of: SessionOf, cognito: MockCognito) -> None:
        session = session_of(pool)
        auth.sign_in(typed, PASSWORD, session=session)
        auth.confirm_sign_in(pool.code(typed), session=session)
        tokens = session.tokens
        assert tokens is not None
        for remembered, status in ((True, "remembered"), (False, "not_remembered"), (None, "remembered")):
            auth.remember_device(remembered=remembered, session=session)  # type: ignore[arg-type]
            sent = cognito.calls.last("UpdateDeviceStatus").reveal()
            assert sent == {
                "AccessToken": tokens.access_token,
                "DeviceKey": _key(session),
                "DeviceRememberedStatus": status,
            }

    @public_only
    def test_a_refusal_changes_nothing_here(
        self, pool: MockPool, typed: str, session_of: SessionOf, cognito: MockCognito
    ) -> None:
        session = session_of(pool)
        auth.sign_in(typed, PASSWORD, session=session)
        auth.confirm_sign_in(pool.code(typed), session=session)
        pool.forget_devices(typed)
        with pytest.raises(errors.ResourceNotFoundException) as caught:
            auth.remember_device(session=session)
        assert "Sign in again" in str(caught.value.recovery_suggestion)
        assert [device.is_remembered for device in session.devices] == [False]


class TestForget:
    @each_way
    @pytest.mark.parametrize("by_id", [False, True], ids=["no id", "its id"])
    def test_this_device_is_forgotten_here_too_and_the_user_stays_signed_in(
        self, by_id: bool, way: str, start: Arrive, pool: MockPool, typed: str, cognito: MockCognito, clock: Clock
    ) -> None:
        session = start(way)
        key, tokens = _key(session), session.tokens
        auth.forget_device(*([f" {key}\n"] if by_id else []), session=session)

        assert cognito.calls.last("ForgetDevice").reveal()["DeviceKey"] == key
        assert pool.user(typed).devices == ()
        assert session.devices == ()
        assert session.tokens == tokens
        assert auth.fetch_devices(session=session) == ()
        state = _stored(session)
        assert (state["signed_in"]["device_key"], state["devices"]) == (None, [])
        with pytest.raises(errors.DeviceMetadataNotFoundException):
            auth.forget_device(session=session)

    @each_way
    def test_the_session_ends_with_its_tokens_and_the_next_sign_in_registers_a_device(
        self, way: str, start: Arrive, pool: MockPool, typed: str, cognito: MockCognito
    ) -> None:
        """Cognito renews no tokens of a device that does not exist: amplify-js#2962."""
        session = start(way)
        auth.forget_device(session=session)
        cognito.clock.advance(HOUR)
        cognito.calls.clear()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_devices(session=session)
        assert "DeviceKey" not in cognito.calls.last("GetTokensFromRefreshToken").reveal()
        assert auth.sign_in(typed, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in
        assert "DEVICE_KEY" not in cognito.calls.of("InitiateAuth")[0].reveal()["AuthParameters"]
        assert len(pool.user(typed).devices) == 1
        cognito.clock.advance(HOUR)
        assert [device.is_this_device for device in auth.fetch_devices(session=session)] == [True]

    def test_the_storage_has_the_device_no_more(
        self, start: Arrive, pool: MockPool, session_of: SessionOf, tmp_path: Path
    ) -> None:
        session = start("from a file")
        auth.forget_device(session=session)
        again = session_of(pool, storage=FileStorage(tmp_path / "session.json"))

        assert again.devices == ()
        assert _stored(again)["signed_in"]["device_key"] is None
        assert again.tokens == session.tokens

    @each_way
    def test_another_device_is_forgotten_and_this_one_stays(
        self, way: str, start: Arrive, pool: MockPool, typed: str, cognito: MockCognito
    ) -> None:
        other, session = start(), start(way)
        known = session.devices
        auth.forget_device(_key(other), session=session)

        assert [device.id for device in auth.fetch_devices(session=session)] == [_key(session)]
        assert session.devices == known
        cognito.clock.advance(HOUR)
        assert auth.fetch_devices(session=session)[0].is_this_device, "the tokens are renewed"
        with pytest.raises(errors.SessionEnded):
            auth.fetch_devices(session=other)

    @pytest.mark.parametrize("by_id", [False, True], ids=["no id", "its id"])
    def test_a_device_that_is_gone_counts_as_forgotten(
        self, by_id: bool, start: Arrive, pool: MockPool, typed: str
    ) -> None:
        session = start()
        pool.forget_devices(typed)
        auth.forget_device(*([_key(session)] if by_id else []), session=session)

        assert session.devices == ()
        assert _stored(session)["signed_in"]["device_key"] is None

    @public_only
    def test_the_device_of_another_user_of_the_session_stays(
        self, start: Arrive, pool: MockPool, typed: str, name: str
    ) -> None:
        """Cognito does not know it as this user's, and says that it does not exist."""
        pool.create_user(f"{name}-2", PASSWORD)
        session = start()
        (first,) = session.devices
        auth.sign_out(session=session)
        auth.sign_in(f"{name}-2", PASSWORD, session=session)
        auth.forget_device(first.key, session=session)
        assert first in session.devices
        auth.forget_device(session=session)
        assert session.devices == (first,)
        assert len(pool.user(typed).devices) == 1

    @public_only
    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("ResourceNotFoundException", "User pool us-east-1_a does not exist."),
            ("NotAuthorizedException", "Access Token does not have required scopes"),
            ("InvalidUserPoolConfigurationException", "No."),
        ],
    )
    def test_a_refusal_changes_nothing_here(self, code: str, message: str, start: Arrive, cognito: MockCognito) -> None:
        session = start()
        before = _stored(session)
        cognito.fail_next("ForgetDevice", code=code, message=message)
        with pytest.raises(errors.AuthServiceError) as caught:
            auth.forget_device(session=session)
        assert caught.value.name == code
        assert _stored(session)["devices"] == before["devices"]
        assert _stored(session)["signed_in"]["device_key"] == before["signed_in"]["device_key"]

    @public_only
    @pytest.mark.parametrize("times", [1, 3])
    def test_an_answer_that_is_lost(
        self, times: int, start: Arrive, pool: MockPool, typed: str, cognito: MockCognito, slept: list[float]
    ) -> None:
        session = start()
        known = session.devices
        cognito.fail_next("ForgetDevice", "dropped", times=times, after=True)
        if times == 3:
            with pytest.raises(auth.AuthNetworkError):
                auth.forget_device(session=session)
            assert session.devices == known, "it is not known whether Cognito has done it"
            assert pool.user(typed).devices == ()
        auth.forget_device(session=session)
        assert session.devices == ()

    @public_only
    def test_threads_that_forget_the_device_at_once_do_no_harm(self, start: Arrive, pool: MockPool, typed: str) -> None:
        session = start("from a file")
        outcomes = run_together(8, lambda: auth.forget_device(session=session))
        assert {type(outcome) for outcome in outcomes} <= {type(None), errors.DeviceMetadataNotFoundException}
        assert None in outcomes
        assert (session.devices, pool.user(typed).devices) == ((), ())
        assert auth.fetch_devices(session=session) == ()

    @public_only
    def test_a_device_that_is_not_confirmed_yet_is_not_confirmed_any_more(
        self, start: Arrive, cognito: MockCognito, slept: list[float], clock: Clock
    ) -> None:
        cognito.fail_next("ConfirmDevice", "unavailable", times=6)
        with pytest.warns(errors.DeviceRegistrationWarning):
            session = start()
        assert _stored(session)["signed_in"]["unconfirmed_device"]
        auth.forget_device(session=session)
        cognito.faults.clear()
        cognito.calls.clear()
        clock(60)  # by then it would be tried again
        assert _stored(session)["signed_in"].get("unconfirmed_device") is None
        assert auth.fetch_devices(session=session) == ()
        assert cognito.calls.operations == ("ListDevices",)
        assert session.devices == ()

    @public_only
    def test_a_storage_that_another_process_holds_is_an_error_and_a_second_call_mends_it(
        self, start: Arrive, pool: MockPool, session_of: SessionOf, tmp_path: Path
    ) -> None:
        storage = FileStorage(tmp_path / "session.json", lock_timeout=0.05)
        session = start(storage=storage)
        with FileStorage(tmp_path / "session.json").lock(), pytest.raises(auth.AuthStateError) as caught:
            _in_thread(lambda: auth.forget_device(session=session))
        assert caught.value.is_retryable
        assert session.devices == ()
        with pytest.raises(errors.DeviceMetadataNotFoundException):
            auth.forget_device(session=session)


class TestNoDevice:
    @pytest.mark.parametrize("function", [auth.remember_device, auth.forget_device])
    def test_a_session_without_a_device_says_so_before_it_asks(
        self, function: Callable[..., None], pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
    ) -> None:
        pool = pool_of()
        pool.create_user(name, PASSWORD)
        session = session_of(pool)
        auth.sign_in(name, PASSWORD, session=session)
        cognito.calls.clear()
        with pytest.raises(errors.DeviceMetadataNotFoundException, match="This session has no device") as caught:
            function(session=session)
        assert "fetch_devices()" in str(caught.value.recovery_suggestion)
        assert len(cognito.calls) == 0

    @pytest.mark.parametrize("function", [auth.fetch_devices, auth.remember_device, auth.forget_device])
    def test_a_pool_that_does_not_track_devices_any_more_is_named(
        self, function: Callable[..., object], cognito: MockCognito, session_of: SessionOf
    ) -> None:
        pool = cognito.create_pool(device_tracking="ALWAYS")
        pool.create_user("alice", PASSWORD)
        session = session_of(pool)
        auth.sign_in("alice", PASSWORD, session=session)
        signed().update_user_pool(UserPoolId=pool.id)
        with pytest.raises(errors.InvalidUserPoolConfigurationException) as caught:
            function(session=session)
        assert "device tracking" in str(caught.value.recovery_suggestion)
        assert len(session.devices) == 1

    @pytest.mark.parametrize("function", [auth.fetch_devices, auth.remember_device, auth.forget_device])
    def test_without_a_user_nothing_is_sent(
        self, function: Callable[..., object], scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        with pytest.raises(errors.UserUnAuthenticatedException):
            function(session=session)
        assert scripted.requests == []


@pytest.mark.parametrize("operation", ["ListDevices", "UpdateDeviceStatus", "ForgetDevice"])
@public_only
def test_an_access_token_that_cognito_calls_expired_is_renewed_once(
    operation: str, start: Arrive, cognito: MockCognito
) -> None:
    call: dict[str, Callable[..., object]] = {
        "ListDevices": auth.fetch_devices,
        "UpdateDeviceStatus": auth.remember_device,
        "ForgetDevice": auth.forget_device,
    }
    session = start()
    cognito.calls.clear()
    cognito.fail_next(operation, code="NotAuthorizedException", message="Access Token has expired")
    call[operation](session=session)
    assert cognito.calls.operations == (operation, "GetTokensFromRefreshToken", operation)


ODD_LISTS: dict[str, dict[str, Any]] = {
    "no list": {"Devices": "devices"},
    "a device that is text": {"Devices": ["device"]},
    "a key that is a number": {"Devices": [{"DeviceKey": 5}]},
    "attributes that are text": {"Devices": [{"DeviceKey": "a", "DeviceAttributes": "x"}]},
    "an attribute that is text": {"Devices": [{"DeviceKey": "a", "DeviceAttributes": ["x"]}]},
    "a value that is a number": {"Devices": [{"DeviceKey": "a", "DeviceAttributes": [{"Name": "n", "Value": 5}]}]},
    "a date that is none": {"Devices": [{"DeviceKey": "a", "DeviceCreateDate": "soon"}]},
    "a date beyond all calendars": {"Devices": [{"DeviceKey": "a", "DeviceCreateDate": 1e300}]},
    "a date that is a list": {"Devices": [{"DeviceKey": "a", "DeviceCreateDate": []}]},
    "a token that is a number": {"Devices": [], "PaginationToken": 5},
}


def test_a_list_that_cannot_be_right_is_a_typed_error(scripted: ScriptedCognito, new_session: NewSession) -> None:
    scripted.always("InitiateAuth", signs_in())
    with EveryRow() as every:
        for label, members in ODD_LISTS.items():
            with every.row(label):
                session = new_session()
                auth.sign_in("alice", PASSWORD, session=session)
                scripted.on("ListDevices", says(**members))
                with pytest.raises(auth.AuthProtocolError) as caught:
                    auth.fetch_devices(session=session)
                assert caught.value.operation == "ListDevices"


@pytest.mark.parametrize("attributes", ["x", ["x"], {"Name": "x"}, 5])
def test_attributes_that_another_client_reads_wrongly_are_a_typed_error(attributes: Any) -> None:
    """botocore refuses most of them itself. A client that was given to the session may not."""
    with pytest.raises(auth.AuthProtocolError, match="DeviceAttributes"):
        devices_page({"Devices": [{"DeviceKey": "a", "DeviceAttributes": attributes}]})


class TestAmend:
    """The change of a value that no refresh concerns."""

    def test_a_refresh_that_is_under_way_comes_first(self) -> None:
        asked, go_on = threading.Event(), threading.Event()

        def refresh(value: str, context: Any, keep: Any) -> Expiring[str]:
            asked.set()
            assert go_on.wait(10)
            return Expiring(f"{value} renewed", 1e12, 1e12)

        holder = Refreshable(refresh)
        holder.replace(Expiring("alice", 0.0, 1e12))
        refreshing = _start(holder.get)
        assert asked.wait(10)
        amending = _start(lambda: holder.amend(lambda current: attrs.evolve(current, value=f"{current.value} changed")))
        amending.join(0.05)
        assert amending.is_alive(), "it waits"
        go_on.set()
        for thread in (refreshing, amending):
            thread.join(10)
        assert holder.value == "alice renewed changed"

    def test_no_value_stays_none(self) -> None:
        def never(*_: Any) -> Any:
            raise AssertionError

        holder: Refreshable[str] = Refreshable(never)
        holder.amend(never)
        assert holder.value is None

    def test_another_value_has_come_since(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        """Another user has signed in while the request was under way: that user's device stays."""
        metadata = {"DeviceKey": "us-east-1_1", "DeviceGroupKey": "group"}
        other = {"DeviceKey": "us-east-1_2", "DeviceGroupKey": "group"}
        scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=metadata), signs_in("bob", NewDeviceMetadata=other))
        scripted.always("ConfirmDevice", says(UserConfirmationNecessary=False))
        scripted.always("RevokeToken", says())
        auth.sign_in("alice", PASSWORD, session=session)

        def meanwhile(_: Any) -> Any:
            auth.sign_out(session=session)
            auth.sign_in("bob", PASSWORD, session=session)
            return says()

        scripted.on("ForgetDevice", meanwhile)
        auth.forget_device(session=session)
        assert [device.key for device in session.devices] == ["us-east-1_2"]
        assert _stored(session)["signed_in"]["device_key"] == "us-east-1_2"


def test_a_refusal_of_the_list_is_typed(scripted: ScriptedCognito, session: auth.Session) -> None:
    scripted.on("InitiateAuth", signs_in())
    scripted.on("ListDevices", refuses("OperationNotEnabledException", "Not here."))
    auth.sign_in("alice", PASSWORD, session=session)
    with pytest.raises(errors.OperationNotEnabledException):
        auth.fetch_devices(session=session)


def _key(session: auth.Session) -> str:
    (device,) = session.devices
    return device.key


def _start(function: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        with contextlib.suppress(errors.AuthError):
            function()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def _in_thread(function: Callable[[], None]) -> None:
    """Run it in another thread: a lock that this thread holds can be entered again by it."""
    caught: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    for error in caught:
        raise error
