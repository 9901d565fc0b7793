"""The register of devices: which device Cognito has registered for which user of a session."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from .._locks import ForkSafeLock
from .._values import Device


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

    def of(self, *names: str) -> Device | None:
        """The device of the user whom one of ``names`` stands for. A name is one that was typed, or Cognito's own."""
        with self._lock:
            for name in names:
                if name in self._devices:
                    return self._devices[name]
            return next((item for item in self._devices.values() if not set(names).isdisjoint(item.login_ids)), None)

    def remember(self, device: Device) -> None:
        """Keep a device for its user, in the place of an older one."""
        with self._lock:
            self._devices[device.username] = device

    def note_login_id(self, username: str, login_id: str) -> None:
        """Let ``login_id`` find the device of this user, and no longer the device of a user who had it before."""
        with self._lock:
            for name, device in self._devices.items():
                others = tuple(other for other in device.login_ids if other != login_id)
                login_ids = (*others, login_id) if name == username else others
                self._devices[name] = attrs.evolve(device, login_ids=login_ids)

    def forget(self, key: str) -> None:
        """Forget the device with this key."""
        with self._lock:
            self._devices = {name: item for name, item in self._devices.items() if item.key != key}
