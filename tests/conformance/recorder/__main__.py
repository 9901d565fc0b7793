"""Record: ``python -m tests.conformance.recorder FILE``, in the folder above ``tests``. It needs Node and aws-amplify.

``tests/testing/interop/install_node_clients.py`` installs aws-amplify.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from amplify_auth.testing import MockCognitoServer
from tests.testing.interop.install_node_clients import directory, missing

from .record import record
from .scenarios import SCENARIOS


def main(arguments: Sequence[str] | None = None) -> int:
    """Record all scenarios into a file."""
    parser = argparse.ArgumentParser(
        prog="tests.conformance.recorder", description="Record what aws-amplify does with the test bed."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--scenario", action="append", help="only this one; may be given more than once")
    options = parser.parse_args(arguments)
    if (reason := missing()) is not None:
        sys.stderr.write(f"{reason}\n")
        return 1
    with MockCognitoServer() as server:
        scenarios = [
            record(server, one) for one in SCENARIOS if options.scenario is None or one["name"] in options.scenario
        ]
    content = {"format": 1, "client": _versions(), "scenarios": scenarios}
    options.file.write_text(_text(content), encoding="utf-8")
    return 0


def _text(content: Mapping[str, Any]) -> str:
    """The content in JSON, one line a step."""
    head = {name: value for name, value in content.items() if name != "scenarios"}
    scenarios = ",\n".join(
        json.dumps({**one, "steps": 0})[:-2] + "[\n  " + ",\n  ".join(map(json.dumps, one["steps"])) + "\n]}"
        for one in content["scenarios"]
    )
    return json.dumps(head)[:-1] + ', "scenarios": [\n' + scenarios + "\n]}\n"


def _versions() -> dict[str, Any]:
    versions = {
        name: json.loads((directory() / "node_modules" / name / "package.json").read_text(encoding="utf-8"))["version"]
        for name in ("aws-amplify", "@aws-amplify/auth")
    }
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    return {**versions, "node": node}


if __name__ == "__main__":
    sys.exit(main())
