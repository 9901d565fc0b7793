"""What is recorded: scenarios in the format of the recordings, without what happens in them."""

from collections.abc import Mapping
from typing import Any

from . import attributes, devices, factors, passkeys, passwords, sessions

SCENARIOS: tuple[Mapping[str, Any], ...] = (
    *passwords.SCENARIOS,
    *factors.SCENARIOS,
    *attributes.SCENARIOS,
    *devices.SCENARIOS,
    *passkeys.SCENARIOS,
    *sessions.SCENARIOS,
)
