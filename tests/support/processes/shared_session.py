"""Run in a process of its own: a program that shares a stored session. It does what is asked on its standard input.

Arguments: the options of the session as JSON, and the path of the file. Each line of the input is a name of `ASKED`;
each line of the output is the answer as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import amplify_auth as auth
from amplify_auth import _clock
from amplify_auth.storage import FileStorage


class Disk(FileStorage):
    """A file on a disk that may be full.

    Attributes:
        is_full: Whether nothing can be written.
    """

    is_full = False

    def save(self, record: str) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().save(record)


options, path = json.loads(sys.argv[1]), sys.argv[2]
disk = Disk(path, lock_timeout=30)
session = auth.Session(**options, storage=disk)


def tokens_of(result: auth.AuthSession) -> str | None:
    return result.tokens and result.tokens.access_token


def fill(is_full: bool) -> None:
    disk.is_full = is_full


#: What can be asked for.
ASKED: dict[str, Callable[[], object]] = {
    "username": lambda: session.username,
    "use": lambda: tokens_of(auth.fetch_auth_session(session=session)),
    "refresh": lambda: tokens_of(auth.fetch_auth_session(force_refresh=True, session=session)),
    "sign out": lambda: auth.sign_out(session=session).is_complete,
    "fill the disk": lambda: fill(True),
    "empty the disk": lambda: fill(False),
    "wait half a minute": lambda: _clock.shift(31),
}


def main() -> None:
    for line in sys.stdin:
        try:
            answer = ASKED[line.strip()]()
        except auth.AuthError as error:
            answer = type(error).__name__
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
