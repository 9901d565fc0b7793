"""What a session keeps: its configuration, its user, what is pending, and where that is stored."""

from .config_sources import Source, load_config
from .session import Session, SessionOptions
from .state import State

__all__ = [
    "Session",
    "SessionOptions",
    "Source",
    "State",
    "load_config",
]
