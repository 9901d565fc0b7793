"""The register of devices: which device Cognito has registered for which user of a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from .._locks import ForkSafeLock
from .._values import Device

_MOST_LOGIN_IDS: Final = 16
"""Names that one device is found by: more are not kept, so that the record does not grow for ever."""


class DeviceRegister:
    """The devices of all users who signed in here, by Cognito's name for the user.

    Args:
        lock: Guards the register. It can be entered again by the thread that holds it.
    """

    __slots__ = ("_devices", "_lock")

    def __init__(self, lock: ForkSafeLock) -> None:
        self._lock = lock
        self._devices: dict[str, Device] = {}

    def all(self) -> tuple[Device, ...]:
        """All devices, the oldest first."""
        with self._lock:
            return tuple(self._devices.values())

    def replace_all(self, devices: Iterable[Device]) -> None:
        """Take these devices in the place of all others."""
        with self._lock:
            self._devices = {device.username: device for device in devices}

    def of_user(self, username: str) -> Device | None:
        """The device of the user whom Cognito calls ``username``."""
        with self._lock:
            return self._devices.get(username)

    def of(self, name: str) -> Device | None:
        """The device of the user whom ``name`` stands for: Cognito's own name for the user, or one to sign in with.

        Most pools take upper case for lower case, so a name in other letters counts if there is no exact one.
        """
        devices = self.all()
        for same in (_as_it_is, str.casefold):
            wanted = same(name)
            of_user = (device for device in devices if same(device.username) == wanted)
            by_alias = (device for device in devices if wanted in map(same, device.login_ids))
            if (found := next(of_user, None) or next(by_alias, None)) is not None:
                return found
        return None

    def adopted_for(self, login_id: str) -> Device | None:
        """The device that was adopted under this name. Cognito may mean another name than that by it."""
        wanted = login_id.casefold()
        return next((item for item in self.all() if item.is_adopted and item.username.casefold() == wanted), None)

    def adopt(self, device: Device) -> Device:
        """Keep a device of another program, in the place of the one that its user has here. Returns what is kept.

        If the name is another one of a user who is known, the device is that user's.
        """
        with self._lock:
            named = self._devices.get(device.username)
            owner = named or next((item for item in self._devices.values() if device.username in item.login_ids), None)
            if owner is not None and not owner.is_adopted:
                names = tuple(dict.fromkeys((*owner.login_ids, device.username)))
                device = attrs.evolve(device, username=owner.username, login_ids=names[-_MOST_LOGIN_IDS:])
            self._devices[device.username] = device
            return device

    def settle(self, adopted: Device, username: str) -> None:
        """Note that Cognito has accepted an adopted device, and calls its user ``username``."""
        with self._lock:
            if self._devices.get(adopted.username) is adopted:
                del self._devices[adopted.username]
                names = tuple(dict.fromkeys((*adopted.login_ids, adopted.username)))
                self._devices[username] = attrs.evolve(adopted, username=username, login_ids=names, is_adopted=False)

    def remember(self, device: Device) -> None:
        """Keep a device for its user, in the place of an older one, and of one that was adopted and not used."""
        with self._lock:
            names = {name.casefold() for name in device.login_ids}
            self._devices = {
                name: item
                for name, item in self._devices.items()
                if not (item.is_adopted and item.username.casefold() in names)
            }
            self._devices[device.username] = device

    def note_login_ids(self, username: str, login_ids: Iterable[str]) -> None:
        """Let ``login_ids`` find the device of this user, and no longer the device of a user who had them before."""
        noted = tuple(dict.fromkeys(login_ids))
        with self._lock:
            for name, device in self._devices.items():
                kept = _without(device.login_ids, noted, exactly=name == username)
                login_ids = (*kept, *noted)[-_MOST_LOGIN_IDS:] if name == username else kept
                self._devices[name] = attrs.evolve(device, login_ids=login_ids)

    def disown(self, key: str, login_ids: Iterable[str]) -> None:
        """Let ``login_ids`` find the device with this key no more."""
        with self._lock:
            for name, device in self._devices.items():
                if device.key == key:
                    self._devices[name] = attrs.evolve(device, login_ids=_without(device.login_ids, login_ids))

    def set_remembered(self, key: str, is_remembered: bool) -> None:
        """Keep whether Cognito remembers the device with this key, if it is one of these."""
        with self._lock:
            for name, device in self._devices.items():
                if device.key == key:
                    self._devices[name] = attrs.evolve(device, is_remembered=is_remembered)

    def forget(self, key: str) -> None:
        """Forget the device with this key."""
        with self._lock:
            self._devices = {name: item for name, item in self._devices.items() if item.key != key}


def _as_it_is(name: str) -> str:
    return name


def _without(names: tuple[str, ...], others: Iterable[str], *, exactly: bool = False) -> tuple[str, ...]:
    """``names`` without ``others``; unless ``exactly``, also without those that differ in upper and lower case."""
    same = _as_it_is if exactly else str.casefold
    gone = set(map(same, others))
    return tuple(name for name in names if same(name) not in gone)
