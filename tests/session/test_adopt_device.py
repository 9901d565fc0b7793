"""`adopt_device`: a device that another program has registered replaces the second factor here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._locks import ForkSafeLock
from amplify_auth._session.devices import DeviceRegister
from amplify_auth._values import Device
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.users import PASSWORD

FLOWS = ("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH")


@attrs.frozen
class Known:
    """A user whose device another program has registered, and Cognito remembers."""

    pool: MockPool
    name: str
    device: Device

    def adopted(self, session: Session, name: str | None = None, **changes: str) -> Session:
        """The session, with this device."""
        given = {
            "device_key": self.device.key,
            "device_group_key": self.device.group_key,
            "device_password": self.device.password,
            **changes,
        }
        auth.adopt_device(name or self.name, **given, session=session)
        return session


def known(pool: MockPool, session: Session, name: str, **attributes: str) -> Known:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes=attributes)
    auth.sign_in(name, PASSWORD, session=session)
    auth.confirm_sign_in(pool.code(name), session=session)
    auth.sign_out(session=session)
    (device,) = session.devices
    return Known(pool, name, device)


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def alice(request: pytest.FixtureRequest, pool_of: PoolOf, session_of: SessionOf, name: str) -> Known:
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",), client_secret=request.param)
    return known(pool, session_of(pool), name, email=f"{name}@example.com")


@pytest.fixture
def by_address(pool_of: PoolOf, session_of: SessionOf, name: str) -> Known:
    """A user of a pool in which Cognito's own name for a user is a UUID."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", username_attributes=("email",))
    return known(pool, session_of(pool), f"{name}@example.com")


def sign_in(session: Session, name: str, flow: str = "USER_SRP_AUTH") -> auth.SignInOutput:
    """Sign in with the password as the only factor that is typed."""
    preferred: Any = {"preferred_challenge": "PASSWORD"} if flow == "USER_AUTH" else {}
    return auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session, **preferred)  # type: ignore[arg-type]


def asks_for_a_code(output: auth.SignInOutput) -> bool:
    return isinstance(output.next_step, auth.ConfirmSignInWithSmsCode)


@pytest.mark.parametrize("flow", FLOWS)
class TestTheNextSignIn:
    def test_needs_no_second_factor(self, alice: Known, session_of: SessionOf, flow: str) -> None:
        assert asks_for_a_code(sign_in(session_of(alice.pool), alice.name, flow)), "without the device it does"

        session = alice.adopted(session_of(alice.pool))

        assert sign_in(session, alice.name, flow).is_signed_in
        assert session.devices == (attrs.evolve(alice.device, login_ids=session.devices[0].login_ids),)
        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens, "they are bound to the device"

    def test_may_be_by_an_alias_under_which_the_device_was_adopted(
        self, alice: Known, session_of: SessionOf, flow: str
    ) -> None:
        address = f"{alice.name}@example.com"
        session = alice.adopted(session_of(alice.pool), address)

        assert sign_in(session, address.upper(), flow).is_signed_in
        assert [(device.username, device.is_adopted) for device in session.devices] == [(alice.name, False)]
        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens
        auth.sign_out(session=session)
        assert sign_in(session, alice.name, flow).is_signed_in, "now the user name finds it too"

    def test_may_be_by_the_address_of_a_user_who_has_a_uuid_for_a_name(
        self, by_address: Known, session_of: SessionOf, flow: str
    ) -> None:
        session = by_address.adopted(session_of(by_address.pool))

        assert sign_in(session, by_address.name, flow).is_signed_in
        assert session.devices[0].username == session.username != by_address.name
        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

    @pytest.mark.parametrize(
        "wrong",
        [
            {"device_password": "wrong"},
            {"device_group_key": "-wrong"},
            {"device_key": "us-east-1_00000000-0000-0000-0000-000000000000"},
        ],
        ids=lambda wrong: next(iter(wrong)),
    )
    @pytest.mark.parametrize("typed", ["name", "address"])
    def test_asks_for_the_second_factor_if_the_device_is_wrong(
        self, alice: Known, session_of: SessionOf, flow: str, wrong: dict[str, str], typed: str
    ) -> None:
        name = alice.name if typed == "name" else f"{alice.name}@example.com"
        session = alice.adopted(session_of(alice.pool), name, **wrong)

        assert asks_for_a_code(sign_in(session, name, flow))
        assert session.devices == ()
        assert auth.confirm_sign_in(alice.pool.code(alice.name), session=session).is_signed_in
        assert [device.username for device in session.devices] == [alice.name], "this machine is a new device"


class TestWhatIsKept:
    def test_cognitos_own_name_is_found_by_an_alias_too(self, by_address: Known, session_of: SessionOf) -> None:
        session = by_address.adopted(session_of(by_address.pool), by_address.device.username)

        assert sign_in(session, by_address.name).is_signed_in

    def test_is_exported(self, alice: Known, session_of: SessionOf) -> None:
        first, second = session_of(alice.pool), session_of(alice.pool)
        second.restore_state(alice.adopted(first, f"{alice.name}@example.com").export_state())

        assert second.devices == first.devices
        assert second.devices[0].is_adopted
        assert sign_in(second, f"{alice.name}@example.com").is_signed_in

    def test_a_record_of_other_devices_is_as_it_was(self, alice: Known, session_of: SessionOf) -> None:
        """An earlier release reads it."""
        session = session_of(alice.pool)
        sign_in(alice.adopted(session), alice.name)

        assert "is_adopted" not in session.export_state()

    def test_is_stored(self, alice: Known, session_of: SessionOf, tmp_path: Path) -> None:
        storage = FileStorage(tmp_path / "session.json")
        alice.adopted(session_of(alice.pool, storage=storage))
        again = session_of(alice.pool, storage=storage)

        assert not again.is_signed_in
        assert sign_in(again, alice.name).is_signed_in

    def test_the_newest_of_a_user_is_stored(self, alice: Known, session_of: SessionOf, tmp_path: Path) -> None:
        file = tmp_path / "session.json"
        session = session_of(alice.pool, storage=FileStorage(file))
        alice.adopted(session, device_password="older")
        alice.adopted(session)
        stored = json.loads(file.read_text())["devices"]

        assert [device["password"] for device in stored] == [alice.device.password]

    def test_does_not_replace_the_sign_in_that_is_stored(
        self, alice: Known, session_of: SessionOf, tmp_path: Path, name: str
    ) -> None:
        """Another process has signed in since this one started."""
        storage = FileStorage(tmp_path / "session.json")
        session = session_of(alice.pool, storage=storage)
        other = alice.adopted(session_of(alice.pool, storage=storage))
        sign_in(other, alice.name)
        alice.adopted(session, "carol")
        again = session_of(alice.pool, storage=storage)

        assert again.username == alice.name
        assert {device.username for device in again.devices} == {alice.name, "carol"}
        assert auth.fetch_auth_session(force_refresh=True, session=other).tokens
        assert session_of(alice.pool, storage=storage).tokens == other.tokens

    def test_if_it_cannot_be_stored_the_device_is_known_in_memory(
        self, alice: Known, session_of: SessionOf, tmp_path: Path
    ) -> None:
        file = tmp_path / "session.json"
        session = session_of(alice.pool, storage=FileStorage(file))
        file.write_text("the notes of another program")
        with pytest.raises(auth.AuthConfigurationError):
            alice.adopted(session)
        assert [device.key for device in session.devices] == [alice.device.key]
        file.unlink()

        assert sign_in(session, alice.name).is_signed_in
        assert session_of(alice.pool, storage=FileStorage(file)).devices

    def test_while_the_user_is_signed_in_the_tokens_stay_bound_to_their_device(
        self, alice: Known, session_of: SessionOf
    ) -> None:
        session = session_of(alice.pool)
        sign_in(session, alice.name)
        auth.confirm_sign_in(alice.pool.code(alice.name), session=session)
        own = session.devices[0].key
        alice.adopted(session, f"{alice.name}@example.com")

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens
        assert [(device.key, device.username) for device in session.devices] == [(alice.device.key, alice.name)]
        assert own != alice.device.key
        auth.sign_out(session=session)
        assert sign_in(session, alice.name).is_signed_in

    def test_a_refresh_token_alone_needs_the_key_still(self, alice: Known, session_of: SessionOf) -> None:
        """The name is not known before Cognito says it."""
        other = alice.adopted(session_of(alice.pool))
        sign_in(other, alice.name)
        assert other.tokens
        session = alice.adopted(session_of(alice.pool))
        with pytest.raises(errors.NotAuthorizedException):
            auth.adopt_tokens(refresh_token=other.tokens.refresh_token, session=session)

        assert auth.adopt_tokens(
            id_token=other.tokens.id_token, refresh_token=other.tokens.refresh_token, session=session
        )

    def test_no_secret_is_shown(self, alice: Known, session_of: SessionOf) -> None:
        session = alice.adopted(session_of(alice.pool))

        assert alice.device.password not in f"{session.devices!r}{session.devices!s}{vars(session)}"


class TestArguments:
    def test_the_two_keys_are_not_confused(self, alice: Known, session_of: SessionOf, cognito: MockCognito) -> None:
        swapped = {"device_key": alice.device.group_key, "device_group_key": alice.device.key}
        with pytest.raises(auth.AuthValidationError, match="device_key is not the key of a device") as caught:
            alice.adopted(session_of(alice.pool), **swapped)

        assert alice.device.group_key not in str(caught.value)

    def test_white_space_is_removed_around_the_name_and_the_keys(self, alice: Known, session_of: SessionOf) -> None:
        spaced = {"device_key": f" {alice.device.key}\n", "device_group_key": f"{alice.device.group_key}\n"}
        session = alice.adopted(session_of(alice.pool), f" {alice.name} ", **spaced)

        assert sign_in(session, alice.name).is_signed_in


def _device(username: str, *login_ids: str, key: str = "own", is_adopted: bool = False) -> Device:
    return Device(username=username, login_ids=login_ids, key=key, group_key="g", password="p", is_adopted=is_adopted)


class TestRegister:
    @pytest.fixture
    def register(self) -> DeviceRegister:
        register = DeviceRegister(ForkSafeLock())
        register.replace_all([_device("bob", "bob", "b@c.d")])
        return register

    def test_an_adopted_device_is_for_the_name_that_is_typed_and_no_other(self, register: DeviceRegister) -> None:
        adopted = register.adopt(_device("a@b.c", key="new", is_adopted=True))

        assert register.adopted_for("A@B.C") == adopted
        assert register.adopted_for("bob") is None, "it was registered here"
        assert register.of("bob") == _device("bob", "bob", "b@c.d")

    def test_a_name_of_a_user_who_is_known_stands_for_the_user(self, register: DeviceRegister) -> None:
        register.adopt(_device("b@c.d", key="new", is_adopted=True))

        assert register.all() == (_device("bob", "bob", "b@c.d", key="new", is_adopted=True),)

    def test_what_cognito_has_accepted_has_cognitos_name(self, register: DeviceRegister) -> None:
        adopted = register.adopt(_device("a@b.c", key="new", is_adopted=True))
        register.settle(adopted, "alice")

        assert register.all()[1:] == (_device("alice", "a@b.c", key="new"),)

    def test_one_that_was_replaced_since_is_not_settled(self, register: DeviceRegister) -> None:
        adopted = register.adopt(_device("a@b.c", key="new", is_adopted=True))
        newest = register.adopt(_device("a@b.c", key="newest", is_adopted=True))
        register.settle(adopted, "alice")

        assert register.all()[1:] == (newest,)

    def test_one_that_is_registered_here_takes_the_place_of_one_that_was_not_used(
        self, register: DeviceRegister
    ) -> None:
        register.adopt(_device("a@b.c", key="new", is_adopted=True))
        register.adopt(_device("carol", key="other", is_adopted=True))
        register.remember(_device("alice", "A@b.c", "bob", key="registered"))

        assert [device.key for device in register.all()] == ["own", "other", "registered"]
