"""A JavaScript client in a Node process, asked one thing at a time."""

from pathlib import Path
from typing import Any

from tests.testing.interop.node_process import NodeProcess


class NodeError(Exception):
    """What the client threw; ``name`` is the JavaScript error's."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class NodeClient(NodeProcess):
    """The client of one driver."""

    def __init__(self, driver: str) -> None:
        super().__init__(Path(__file__).with_name(driver))

    def ask(self, **command: Any) -> Any:
        """Its answer to a command.

        Raises:
            NodeError: It threw.
        """
        self.say(command)
        answer = self.hear()
        if error := answer.get("error"):
            raise NodeError(error["name"], error["message"])
        return answer["output"]
