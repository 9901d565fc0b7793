"""What a session keeps: its configuration, its user, what is pending, and where that is stored."""

from .config_sources import load_config
from .new_password import use_new_password
from .session import Session
from .source_settings import Source
from .state import State
from .step import Step

__all__ = [
    "Session",
    "Source",
    "State",
    "Step",
    "load_config",
    "use_new_password",
]
