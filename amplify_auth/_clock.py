"""The clock of the process: the one place that reads the time.

``monotonic`` measures how long tokens and challenges live, so a changed wall clock does not matter. ``now`` is what
people and Cognito read. ``amplify_auth.testing`` moves both through ``shift``.
"""

import time
from datetime import UTC, datetime, timedelta

# A token's life goes on while the machine sleeps. Python's monotonic clock stands still then, on Linux and on macOS
# (python/cpython#86273); what runs on is CLOCK_BOOTTIME on Linux, CLOCK_MONOTONIC on macOS (see clock_gettime),
# and Python's own clock on Windows, which has neither name.
_SLEEPLESS: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
_shifted = 0.0


def monotonic() -> float:
    """Seconds that passed since an arbitrary point, those added by ``shift`` included."""
    seconds = time.monotonic() if _SLEEPLESS is None else time.clock_gettime(_SLEEPLESS)
    return seconds + _shifted


def stopwatch() -> float:
    """Seconds since an arbitrary point, to measure how long a call has taken. ``shift`` does not move it."""
    return time.monotonic()


def now() -> datetime:
    """The time of day, in UTC."""
    return wall() + timedelta(seconds=_shifted)


def wall() -> datetime:
    """The time of day, in UTC, as programs see it that know nothing of ``shift``."""
    return datetime.fromtimestamp(time.time(), UTC)


def shift(seconds: float) -> None:
    """Let ``seconds`` pass at once (negative: take them back). For tests only."""
    global _shifted
    _shifted += seconds
