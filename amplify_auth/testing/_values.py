"""What a pool hands to tests: its configuration, and its users as they stand. Values, and nothing that acts."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, final

import attrs

UserStatus = Literal["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"]
MfaMethod = Literal["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]

DEFAULT_PASSWORD = "Passw0rd!"


@final
class PoolConfig(Mapping[str, Any]):
    """What ``configure`` and ``Session`` take, by name: ``Session(**config)``. A client secret is not shown."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)

    def __getitem__(self, name: str) -> Any:
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)

    def __repr__(self) -> str:
        shown = {name: "***" if name == "client_secret" else value for name, value in self.items()}
        return f"PoolConfig({shown})"


@final
@attrs.frozen(kw_only=True)
class MockUser:
    """A user as he stands now.

    Attributes:
        username: Cognito's own name for the user; a UUID in pools with ``username_attributes``.
        sub: The user's ID.
        password: The password, None where there is none.
        status: For instance ``"CONFIRMED"``.
        attributes: The attributes, ``sub`` among them.
        devices: The keys of the user's devices.
    """

    username: str
    sub: str
    password: str | None = attrs.field(repr=False)
    status: str
    attributes: Mapping[str, str]
    devices: tuple[str, ...] = ()
