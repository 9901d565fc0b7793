"""Performing a scenario with aws-amplify under Node against the test bed's server, and writing down what happens."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amplify_auth.testing import MockCognitoServer, PasskeyCeremonyError, SoftwarePasskey
from tests.testing.interop.node_process import NodeProcess

from ..naming import Names
from ..placeholders import filled_in
from ..player import set_authenticator
from ..recordings import read
from ..stage import Stage

Raw = dict[str, Any]


class Client(NodeProcess):
    """The Node process of one scenario."""

    def __init__(self, passkey: SoftwarePasskey) -> None:
        super().__init__(Path(__file__).with_name("client.mjs"))
        self._passkey = passkey

    def ask(self, **command: Any) -> Any:
        """What the client answers to a command, after the passkey device has done what it is asked to do."""
        self.say(command)
        while "ceremony" in (answer := self.hear()):
            try:
                self.say({"credential": getattr(self._passkey, answer["ceremony"])(answer["options"])})
            except PasskeyCeremonyError as refusal:
                self.say({"refused": refusal.name})
        return answer


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
