"""A sign-in: its flows, its challenges, their order, and its sessions.

Never here: the operations of a signed-in user.
"""

from .challenges import CHALLENGES, FOUND_BY
from .flows import FLOWS, check_flow, start
from .mfa import MfaSetup
from .order import advance
from .passkey import relying_party
from .progress import data_of, known_device, parameter
from .sessions import close, open_session, session_of, succeed
from .signed_up import open_signed_up

__all__ = [
    "CHALLENGES",
    "FLOWS",
    "FOUND_BY",
    "MfaSetup",
    "advance",
    "check_flow",
    "close",
    "data_of",
    "known_device",
    "open_session",
    "open_signed_up",
    "parameter",
    "relying_party",
    "session_of",
    "start",
    "succeed",
]
