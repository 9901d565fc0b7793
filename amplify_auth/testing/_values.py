"""The values that a pool gives to tests: its configuration, its users and the messages it sent.

Never here: an action, or an import of moto.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, final

import attrs

UserStatus = Literal["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"]
MfaMethod = Literal["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]

DEFAULT_PASSWORD = "Passw0rd!"


@final
class PoolConfig(Mapping[str, Any]):
    """The options of ``configure`` and ``Session``: ``Session(**config)``. It does not show the client secret."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._options = dict(options)

    def __getitem__(self, name: str) -> Any:
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)

    def __repr__(self) -> str:
        shown = {name: "***" if name == "client_secret" else value for name, value in self._options.items()}
        return f"PoolConfig({shown})"


@final
@attrs.frozen(kw_only=True)
class MockUser:
    """A user as the pool has it now.

    Attributes:
        username: Cognito's own name for the user; a UUID in pools with ``username_attributes``.
        sub: The user's ID.
        password: The password, or None if the user has no password.
        status: For example ``"CONFIRMED"``.
        attributes: The attributes, with ``sub``.
        devices: The keys of the user's devices.
    """

    username: str
    sub: str
    password: str | None = attrs.field(repr=False)
    status: str
    attributes: Mapping[str, str]
    devices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Message:
    """An e-mail or text message that the pool sent.

    Attributes:
        username: Cognito's own name for the user.
        destination: The address or number, not masked.
        medium: ``"EMAIL"`` or ``"SMS"``.
        attribute: ``"email"`` or ``"phone_number"``.
        purpose: What the code is for, as `MockPool.code` takes it.
        code: The code.
        sent_at: The time of the service.
    """

    username: str
    destination: str
    medium: str
    attribute: str
    purpose: str
    code: str = attrs.field(repr=False)
    sent_at: datetime
