"""The recordings that we made ourselves: of the scenarios there are, and made again as they were."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from amplify_auth.testing import MockCognitoServer
from tests.testing.interop.install_node_clients import missing

from .recorder.record import record
from .recorder.scenarios import SCENARIOS
from .recordings import HERE

RECORDED = {
    one["name"]: one for one in json.loads((HERE / "account-recordings.json").read_text(encoding="utf-8"))["scenarios"]
}
_HAPPENED = {"output", "error", "wire", "hub"}


def _planned(recorded: Mapping[str, Any]) -> Mapping[str, Any]:
    steps = [{name: item for name, item in step.items() if name not in _HAPPENED} for step in recorded["steps"]]
    return {**recorded, "steps": steps}


def test_the_recordings_are_of_the_scenarios_of_the_recorder() -> None:
    assert [_planned(one) for one in RECORDED.values()] == list(SCENARIOS)


@pytest.mark.slow
@pytest.mark.skipif(missing() is not None, reason=str(missing()))
@pytest.mark.parametrize(
    "name", ["reset-by-address", "totp-set-up", "attributes-change", "devices-others", "passkeys-authenticator"]
)
def test_the_client_does_the_same_again(name: str, cognito_server: MockCognitoServer) -> None:
    (scenario,) = [one for one in SCENARIOS if one["name"] == name]
    assert json.loads(json.dumps(record(cognito_server, scenario))) == RECORDED[name]
