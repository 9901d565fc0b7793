"""Playing a scenario with `amplify_auth` against the test bed. What comes of it is not judged here."""

import re
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Literal
from unittest import mock

import attrs
from botocore.exceptions import ClientError

import amplify_auth as auth
from amplify_auth._api.configure import state_of
from amplify_auth._cognito.client import user_pool_client
from amplify_auth.testing import SoftwarePasskey, mock_cognito

from .functions import EVENTS, FUNCTIONS, run, snake
from .naming import Names
from .recordings import Scenario, Step
from .stage import Stage
from .stand_ins import STAND_INS, Cast
from .virtual_time import Background, ClockEvent, without_pauses
from .wire_tap import Tap, tapped

#: The machine of the recordings, which a new device is named after.
MACHINE = "oracle-recorder"
#: What an ``authenticator`` step may say -> the state of `SoftwarePasskey`.
_PRESENCE: Mapping[str, Literal["present", "refusing", "absent"]] = {
    "works": "present",
    "present": "present",
    "refuses": "refusing",
    "refusing": "refusing",
    "absent": "absent",
}


@attrs.frozen(kw_only=True)
class Performance:
    """What became of a scenario.

    Attributes:
        steps: One for each of the scenario's, random values named; None: not compared, because `amplify_auth` does
            not have the function.
        secret: The client's secret, if it has one.
    """

    steps: tuple[Step | None, ...]
    secret: str | None = attrs.field(repr=False)


def play(scenario: Scenario, *, confidential: bool = False) -> Performance:
    """Play a scenario from beginning to end.

    Args:
        scenario: What to play.
        confidential: Whether the client shall have a secret.
    """
    with ExitStack() as stack:
        cognito = stack.enter_context(mock_cognito())
        stack.enter_context(without_pauses(cognito.clock.advance))
        stack.enter_context(mock.patch("platform.node", return_value=MACHINE))
        stage = Stage(cognito, scenario, confidential=confidential)
        passkey = SoftwarePasskey()
        session = auth.Session(**stage.pool.config, passkey=passkey, **_settings(scenario.config))
        client = user_pool_client(session.config)
        tap = stack.enter_context(tapped(client))
        player = _Player(
            stage=stage,
            session=session,
            cast=Cast(session, client, passkey),
            tap=tap,
            names=Names({stage.pool.client_id: scenario.client["id"]}),
        )
        session.add_listener(lambda event: player.events.append(event.name))
        following = [*scenario.steps[1:], None]
        steps = tuple(player.play(step, after) for step, after in zip(scenario.steps, following, strict=True))
        return Performance(steps=steps, secret=stage.pool.client_secret)


def _settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """``Auth.Cognito`` of the JavaScript client as options of `Session`."""
    settings: dict[str, Any] = {snake(name): value for name, value in config.items() if name != "passwordless"}
    passwordless = config.get("passwordless")
    if passwordless is not None:
        # As Amplify's outputs file has it, which is where the JavaScript client's configuration comes from.
        settings["passwordless"] = {snake(name): value for name, value in passwordless.items()}
        settings["preferred_challenge"] = passwordless.get("preferredChallenge")
    return settings


@attrs.define(kw_only=True)
class _Player:
    stage: Stage
    session: auth.Session
    cast: Cast
    tap: Tap
    names: Names
    events: list[str] = attrs.field(factory=list)
    background: Background | None = None

    def play(self, step: Step, after: Step | None) -> Step | None:
        """Play one step; ``after`` is the next one."""
        outcome = _STEPS[step.kind](self, step, after)
        wire = []
        for heard in self.tap.empty():
            self.names.learn(heard.response)
            wire.append(
                attrs.evolve(heard, body=self.names.applied(heard.body), response=self.names.applied(heard.response))
            )
        hub, self.events[:] = tuple(EVENTS[event] for event in self.events), []
        if outcome is None:
            return None
        output, error = outcome
        return attrs.evolve(step, wire=tuple(wire), output=self.names.applied(output), error=error, hub=hub)

    def _call(self, step: Step, after: Step | None) -> Any:
        name = str(step.what)
        if self.tap.is_holding:
            # Long enough for this call to come upon the one under way.
            threading.Timer(0.1, self.tap.release.set).start()
        if name in STAND_INS:
            self._stand_in(step, name)
            return None
        return run(name, self._filled_in(step.args), self.session)

    def _stand_in(self, step: Step, name: str) -> None:
        if not step.wire:
            return
        try:
            STAND_INS[name](self.cast, self._filled_in(step.args))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            assert step.error is not None, f"{name} was refused: {code}"
            assert code == step.error["name"]
        else:
            assert step.error is None, f"{name} was not refused"

    def _start(self, step: Step, after: Step | None) -> Any:
        args, session = self._filled_in(step.args), self.session
        event = ClockEvent()
        state_of(session).interrupted = event
        self.background = Background(
            lambda: run(str(step.what), args, session), event, self.stage.cognito.clock.advance
        )
        if after is not None and after.kind == "call":
            self.tap.held = self.background.thread
            self.tap.release.clear()
        self.background.thread.start()
        self.background.settle(also=lambda: self.tap.is_holding)
        return None, None

    def _join(self, step: Step, after: Step | None) -> Any:
        assert self.background is not None
        return self.background.join()

    def _sleep(self, step: Step, after: Step | None) -> Any:
        if self.background is None:
            self.stage.cognito.clock.advance(float(step.what))
        else:
            self.background.let_pass(float(step.what))
        return None, None

    def _control(self, step: Step, after: Step | None) -> Any:
        self.stage.control(str(step.what), step.args)
        return None, None

    def _authenticator(self, step: Step, after: Step | None) -> Any:
        self.cast.passkey.presence = _PRESENCE[step.what]
        return None, None

    def _filled_in(self, value: Any) -> Any:
        """``value`` with the codes and ids that its names stand for."""
        if isinstance(value, Mapping):
            return {key: self._filled_in(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled_in(item) for item in value]
        if not isinstance(value, str) or not re.fullmatch("<[A-Z].*>", value):
            return value
        kind, _, about = value.strip("<>").partition(":")
        if kind == "CODE":
            username, _, purpose = about.partition(":")
            code = self.stage.pool.code(username, purpose or None)
        elif kind == "TOTP":
            code = self.stage.pool.totp(about)
        else:
            known = self.names.value_of(value)
            assert known is not None, f"{value} has not been seen"
            return known
        self.names.learn_code(code, f"<{kind}>")
        return code


_STEPS = {
    "call": _Player._call,
    "start": _Player._start,
    "join": _Player._join,
    "sleep": _Player._sleep,
    "control": _Player._control,
    "authenticator": _Player._authenticator,
}
assert not FUNCTIONS.keys() & STAND_INS.keys()
