"""Playing a scenario with `amplify_auth` against the test bed. What comes of it is not judged here."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Literal
from unittest import mock

import attrs

import amplify_auth as auth
from amplify_auth._api.configure import state_of
from amplify_auth._cognito.client import user_pool_client
from amplify_auth.testing import SoftwarePasskey, mock_cognito

from .functions import EVENTS, run, snake
from .naming import Names
from .placeholders import filled_in
from .recordings import Scenario, Step
from .stage import Stage
from .virtual_time import Background, ClockEvent, without_pauses
from .wire_tap import Tap, tapped

#: The machine of the recordings, which a new device is named after.
MACHINE = "oracle-recorder"
# What an ``authenticator`` step may say -> the state of `SoftwarePasskey`.
_PRESENCE: Mapping[str, Literal["present", "refusing", "absent"]] = {
    "works": "present",
    "present": "present",
    "refuses": "refusing",
    "refusing": "refusing",
    "absent": "absent",
    "new": "present",
}


@attrs.frozen(kw_only=True)
class Performance:
    """What became of a scenario.

    Attributes:
        steps: One for each of the scenario's, random values named.
        secret: The client's secret, if it has one.
    """

    steps: tuple[Step, ...]
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
            passkey=passkey,
            tap=tap,
            names=Names({stage.pool.client_id: scenario.client["id"]}),
        )
        session.add_listener(lambda event: player.events.append(event.name))
        following = [*scenario.steps[1:], None]
        steps = tuple(player.play(step, after) for step, after in zip(scenario.steps, following, strict=True))
        return Performance(steps=steps, secret=stage.pool.client_secret)


def set_authenticator(passkey: SoftwarePasskey, word: str) -> None:
    """Let the passkey device be what an ``authenticator`` step says; a new one has no keys."""
    passkey.presence = _PRESENCE[word]
    if word == "new":
        passkey.forget()


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
    passkey: SoftwarePasskey
    tap: Tap
    names: Names
    events: list[str] = attrs.field(factory=list)
    background: Background | None = None

    def play(self, step: Step, after: Step | None) -> Step:
        """Play one step; ``after`` is the next one."""
        outcome = _STEPS[step.kind](self, step, after)
        wire = []
        for heard in self.tap.empty():
            self.names.learn(heard.response)
            wire.append(
                attrs.evolve(heard, body=self.names.applied(heard.body), response=self.names.applied(heard.response))
            )
        hub, self.events[:] = tuple(EVENTS[event] for event in self.events), []
        output, error = outcome
        return attrs.evolve(step, wire=tuple(wire), output=self.names.applied(output), error=error, hub=hub)

    def _call(self, step: Step, after: Step | None) -> Any:
        if self.tap.is_holding:
            # Long enough for this call to come upon the one under way.
            threading.Timer(0.1, self.tap.release.set).start()
        return run(str(step.what), self._filled_in(step.args), self.session)

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
        set_authenticator(self.passkey, str(step.what))
        return None, None

    def _filled_in(self, value: Any) -> Any:
        return filled_in(value, self.stage.pool, self.names)


_STEPS = {
    "call": _Player._call,
    "start": _Player._start,
    "join": _Player._join,
    "sleep": _Player._sleep,
    "control": _Player._control,
    "authenticator": _Player._authenticator,
}
