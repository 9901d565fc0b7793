"""What a session keeps: its user, what is pending, and where that is stored."""

from .locking import exclusively
from .new_password import use_new_password
from .own_device import forget_own_device, note_remembered, own_device_key
from .session import Session
from .state import State
from .step import Step

__all__ = [
    "Session",
    "State",
    "Step",
    "exclusively",
    "forget_own_device",
    "note_remembered",
    "own_device_key",
    "use_new_password",
]
