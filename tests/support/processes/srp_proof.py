"""Run in a process of its own: one SRP proof under the locale and time zone of the environment. Prints JSON."""

from __future__ import annotations

import _locale
import json
import locale
import sys
import time
from datetime import UTC, datetime
from typing import Any

opened: list[str] = []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
locale.setlocale(locale.LC_ALL, "")
calls: list[Any] = []


def setlocale(*arguments: Any) -> str:
    calls.append(arguments)
    raise locale.Error("setlocale was called")


from amplify_auth import _clock  # noqa: E402
from amplify_auth._srp import SrpClient  # noqa: E402


def loaded() -> list[str]:
    """What was read of the libraries that are loaded late, or never."""
    libraries = ("boto3", "envs", "jose", "requests", "warrant_lite")
    return [name for name in libraries if any(f"/{name}/" in path for path in opened)]


loaded_before_srp = loaded()

from tests.support.srp_verifier import Verifier  # noqa: E402

server = Verifier("abc", "\u0131\u0130-alice", "\u015fifre \U0001f600 I\u0130i\u0131", "0a" * 16, 2**64 + 9)
client = SrpClient()
locale.setlocale = _locale.setlocale = setlocale  # type: ignore[assignment]
proof = client.prove("abc", server.user, "\u015fifre \U0001f600 I\u0130i\u0131", server.parameters, _clock.now())
print(
    json.dumps(
        {
            "accepted": server.accepts(client.srp_a, proof),
            "timestamp": proof["TIMESTAMP"],
            "now": datetime.now(UTC).isoformat(),
            "month of the locale": time.strftime("%b", (2024, 8, 23, 0, 0, 0, 4, 236, 0)),
            "offset": time.localtime().tm_gmtoff,
            "calls": len(calls),
            "loaded before": loaded_before_srp,
            "loaded": loaded(),
        }
    )
)
