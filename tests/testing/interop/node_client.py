"""A JavaScript client in a Node process, asked one thing at a time."""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.testing.interop.install_node_clients import directory


class NodeError(Exception):
    """What the client threw; ``name`` is the JavaScript error's."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class NodeClient:
    """The process, entered with ``with``."""

    def __init__(self, driver: str) -> None:
        environment = {**os.environ, "NODE_CLIENTS_DIR": str(directory())}
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).with_name(driver))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ask(self, **command: Any) -> Any:
        """Its answer to a command.

        Raises:
            NodeError: It threw.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Node process ended"
        answer = json.loads(line)
        if error := answer.get("error"):
            raise NodeError(error["name"], error["message"])
        return answer["output"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        with self._process:
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                raise
