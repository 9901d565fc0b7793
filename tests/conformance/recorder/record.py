"""Performing a scenario with aws-amplify under Node against the test bed's server, and writing down what happens."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from amplify_auth.testing import MockCognitoServer, PasskeyCeremonyError, SoftwarePasskey
from tests.testing.interop.install_node_clients import directory

from ..naming import Names
from ..placeholders import filled_in
from ..player import set_authenticator
from ..recordings import read
from ..stage import Stage

Raw = dict[str, Any]


class Client:
    """The Node process of one scenario, entered with ``with``."""

    def __init__(self, passkey: SoftwarePasskey) -> None:
        self._passkey = passkey
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("client.mjs"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_CLIENTS_DIR": str(directory())},
        )

    def ask(self, **command: Any) -> Any:
        """What the client answers to a command, after the passkey device has done what it is asked to do."""
        self._say(command)
        while "ceremony" in (answer := self._hear()):
            try:
                self._say({"credential": getattr(self._passkey, answer["ceremony"])(answer["options"])})
            except PasskeyCeremonyError as refusal:
                self._say({"refused": refusal.name})
        return answer

    def _say(self, command: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the Node process ended"
        return json.loads(line)

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


def record(server: MockCognitoServer, raw: Mapping[str, Any]) -> Raw:
    """A scenario with what happened in each of its steps."""
    server.cognito.reset()
    (scenario,) = read({"format": 1, "scenarios": [raw]})
    stage = Stage(server.cognito, scenario, confidential=False)
    passkey = SoftwarePasskey()
    with Client(passkey) as client:
        pool = {"userPoolId": stage.pool.id, "userPoolClientId": stage.pool.client_id, "userPoolEndpoint": server.url}
        client.ask(configure={"Auth": {"Cognito": {**scenario.config, **pool}}})
        recorder = _Recorder(server, stage, client, passkey, Names({stage.pool.client_id: scenario.client["id"]}))
        return {**raw, "steps": [recorder.step(step) for step in raw["steps"]]}


class _Recorder:
    def __init__(
        self, server: MockCognitoServer, stage: Stage, client: Client, passkey: SoftwarePasskey, names: Names
    ) -> None:
        self._server = server
        self._stage = stage
        self._client = client
        self._passkey = passkey
        self._names = names

    def step(self, step: Mapping[str, Any]) -> Raw:
        if "call" in step:
            return self._call(step)
        if "control" in step:
            self._stage.control(step["control"], step["args"])
            if step["control"] == "clock":
                self._client.ask(advance=sum(step["args"].values()))
        elif "sleep" in step:
            self._server.cognito.clock.advance(step["sleep"])
            self._client.ask(advance=step["sleep"])
        else:
            set_authenticator(self._passkey, step["authenticator"])
            self._client.ask(authenticator=self._passkey.presence != "absent")
        return dict(step)

    def _call(self, step: Mapping[str, Any]) -> Raw:
        args = filled_in(step["args"], self._stage.pool, self._names)
        answer = self._client.ask(call=step["call"], args=args)
        done: Raw = {"call": step["call"], "args": step["args"]}
        wire = []
        for entry in answer["wire"]:
            self._names.learn(entry["response"])
            wire.append({**entry, "body": self._applied(entry["body"]), "response": self._applied(entry["response"])})
        if "error" in answer:
            done["error"] = answer["error"]
        else:
            done["output"] = self._applied(answer["output"])
        return {**done, "wire": wire, **({"hub": answer["hub"]} if answer["hub"] else {})}

    def _applied(self, value: Any) -> Any:
        return self._names.applied(value)
