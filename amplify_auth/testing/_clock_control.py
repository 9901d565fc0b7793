"""The hand on the clock that the emulated service and `amplify_auth` share."""

import threading
from datetime import datetime
from typing import final

from amplify_auth import _clock

_lock = threading.Lock()


@final
class Clock:
    """The time, for the emulated service and for `amplify_auth` in this process alike."""

    def __init__(self) -> None:
        self._shifted = 0.0

    @property
    def now(self) -> datetime:
        """The time as both see it, in UTC."""
        return _clock.now()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once. Leaving `mock_cognito` takes them back.

        Raises:
            ValueError: Time does not run backwards.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with _lock:
            self._shifted += seconds
            _clock.shift(seconds)

    def restore(self) -> None:
        """Take back what was let pass here."""
        with _lock:
            _clock.shift(-self._shifted)
            self._shifted = 0.0
