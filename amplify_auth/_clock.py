"""The clock of the process: the one place that reads the time.

``monotonic`` measures how long tokens and challenges live, so a changed wall clock does not matter. ``now`` is what
people and Cognito read. ``amplify_auth.testing`` moves both through ``shift``. ``boot`` says whether two processes read
the same ``monotonic``.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

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


@cache
def boot() -> str | None:
    """Names this machine's time since its start, in which ``monotonic`` counts. None if the system has no name for it.

    Linux draws a random id at each start (random(4), ``boot_id``). A digest is given, because others may read it.
    """
    try:
        drawn = Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
    except OSError:
        return None
    return hashlib.sha256(b"amplify_auth boot " + drawn).hexdigest()[:16] if drawn else None


def shift(seconds: float) -> None:
    """Let ``seconds`` pass at once (negative: take them back). For tests only."""
    global _shifted
    _shifted += seconds
