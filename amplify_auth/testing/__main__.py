"""``python -m amplify_auth.testing``: a Cognito for tests, on loopback, for clients in any language.

Never here: the server itself.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType

_DESCRIPTION = "A Cognito for tests, on loopback, for clients in any language."


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="python -m amplify_auth.testing", description=_DESCRIPTION)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5005, help="0: a free port (default: %(default)s)")
    parser.add_argument("--lenient", action="store_true", help="accept what test suites for plain moto often do")
    options = parser.parse_args(arguments)

    from amplify_auth.testing import MockCognitoServer

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _setting(stop))
    server = MockCognitoServer(host=options.host, port=options.port, strict=not options.lenient)
    with ExitStack() as stack:
        try:
            stack.enter_context(server)
        except OSError as error:
            parser.exit(1, f"cannot listen at {options.host}, port {options.port}: {error.strerror}\n")
        sys.stdout.write(f"Cognito for tests: {server.url}\nControl: {server.url}/amplify-auth/\n")
        sys.stdout.flush()
        stop.wait()


def _setting(event: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handler(number: int, frame: FrameType | None) -> None:
        event.set()

    return handler


if __name__ == "__main__":
    main()
