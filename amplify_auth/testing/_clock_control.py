"""The control of the clock that the emulated service and `amplify_auth` share.

Never here: the clock itself.
"""

import threading
from datetime import datetime
from typing import final

from .. import _clock

_lock = threading.Lock()


@final
class Clock:
    """The time of the emulated service and of `amplify_auth` in this process."""

    def __init__(self) -> None:
        self._shifted = 0.0

    @property
    def now(self) -> datetime:
        """The time of both, in UTC."""
        return _clock.now()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once. At the end of `mock_cognito` the clock is put back.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with _lock:
            self._shifted += seconds
            _clock.shift(seconds)

    def restore(self) -> None:
        """Take back the time that this clock was advanced."""
        with _lock:
            _clock.shift(-self._shifted)
            self._shifted = 0.0
