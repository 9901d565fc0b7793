"""Processes that share a storage keep each other's devices: what one of them writes loses no device of another."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.users import PASSWORD

#: What the first process does, and the users whose devices are in the record then.
WRITES: dict[str, tuple[Callable[[auth.Session], object], set[str]]] = {
    "a refresh": (
        lambda session: auth.fetch_auth_session(force_refresh=True, session=session),
        {"alice", "carol"},
    ),
    "a change of the device": (lambda session: auth.remember_device(session=session), {"alice", "carol"}),
    "a sign-out": (lambda session: auth.sign_out(session=session), {"alice", "carol"}),
    "the device is forgotten": (lambda session: auth.forget_device(session=session), {"carol"}),
    "a deletion": (lambda session: auth.delete_user(session=session), {"carol"}),
    "all are forgotten": (lambda session: session.forget_devices(), set()),
}


@pytest.fixture
def pool(cognito: MockCognito) -> MockPool:
    made = cognito.create_pool(device_tracking="OPT_IN")
    made.create_user("alice", PASSWORD)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


def process(pool: MockPool, path: Path) -> auth.Session:
    """What another process has of the session."""
    return auth.Session(**pool.config, storage=FileStorage(path))


def adopt(session: auth.Session, name: str) -> None:
    keys = {"device_key": f"us-east-1_{name}", "device_group_key": "group", "device_password": "password"}
    auth.adopt_device(name, **keys, session=session)


def stored(path: Path) -> set[str]:
    return {device["username"] for device in json.loads(path.read_text())["devices"]}


@pytest.mark.parametrize("write", WRITES)
def test_a_device_that_another_process_has_adopted_stays(write: str, pool: MockPool, path: Path) -> None:
    first = process(pool, path)
    auth.sign_in("alice", PASSWORD, session=first)
    adopt(process(pool, path), "carol")
    act, left = WRITES[write]
    act(first)

    assert stored(path) == left
    assert {device.username for device in process(pool, path).devices} == left


def test_a_device_that_this_process_has_forgotten_does_not_come_back(pool: MockPool, path: Path) -> None:
    first = process(pool, path)
    adopt(first, "carol")
    auth.sign_in("alice", PASSWORD, session=first)
    again = process(pool, path)
    auth.forget_device(session=again)
    auth.fetch_auth_session(session=again)
    auth.sign_out(session=again)

    assert stored(path) == {"carol"}
    again.forget_devices()
    assert stored(path) == set()


def test_a_user_has_one_device_the_newest(pool: MockPool, path: Path) -> None:
    first = process(pool, path)
    auth.sign_in("alice", PASSWORD, session=first)
    own = first.devices
    adopt(process(pool, path), "alice")
    auth.sign_out(session=first)

    assert stored(path) == {"alice"}
    assert process(pool, path).devices == own
