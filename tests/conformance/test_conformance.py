"""Every recorded scenario, played with `amplify_auth`: with a public and with a confidential client."""

import functools
from pprint import pformat

import attrs
import pytest

import amplify_auth as auth

from .differences import differences
from .functions import FUNCTIONS
from .intended import INTENDED, Row, unintended, untrue
from .player import Performance, play
from .recordings import Request, Scenario, Step, here
from .rules import RULES, expected, uses
from .secret_proofs import without_secrets

pytestmark = pytest.mark.slow

SCENARIOS = {scenario.name: scenario for scenario in here()}
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


@functools.cache
def public_performance(name: str) -> Performance:
    return play(SCENARIOS[name])


@every_scenario
def test_requests_and_outcomes_are_those_of_the_javascript_client_but_for_the_intended_differences(
    scenario: Scenario,
) -> None:
    played = public_performance(scenario.name).steps
    found = differences(expected(scenario, played), played)
    assert not unintended(found), pformat(unintended(found))
    assert not untrue(scenario.name, found), pformat(untrue(scenario.name, found))


@every_scenario
def test_a_client_secret_adds_its_proof_to_every_request_that_takes_one_and_changes_nothing_else(
    scenario: Scenario,
) -> None:
    confidential = play(scenario, confidential=True)
    assert confidential.secret is not None
    steps = tuple(without_secrets(step, confidential.secret) for step in confidential.steps)
    assert steps == public_performance(scenario.name).steps


def test_every_row_of_the_table_is_about_a_scenario_there_is_and_stands_there_once() -> None:
    assert {row.scenario for row in INTENDED} <= SCENARIOS.keys()
    assert not [row for row in INTENDED if INTENDED.count(row) > 1]


def test_every_rule_changes_a_step_of_a_recording() -> None:
    used = {rule for name, scenario in SCENARIOS.items() for _, rule in uses(scenario, public_performance(name).steps)}
    assert used == set(RULES)


@every_scenario
def test_ours_cannot_do_what_the_javascript_client_does_where_a_rule_says_otherwise(scenario: Scenario) -> None:
    """Where a rule changes a step, the step as it was recorded is a difference."""
    like_the_client = list(scenario.steps)
    changed = {index for index, _ in uses(scenario, public_performance(scenario.name).steps)}
    assert changed <= {one.step for one in differences(expected(scenario, like_the_client), like_the_client)}


def test_every_function_of_the_javascript_client_is_played() -> None:
    assert all(hasattr(auth, row.name) for row in FUNCTIONS.values())
    assert {step.what for one in SCENARIOS.values() for step in one.steps if step.kind == "call"} == FUNCTIONS.keys()


# The comparison itself: whatever is changed in what was played must come out.

_REQUEST = Request(
    op="InitiateAuth",
    body={"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "alice"}},
    status=200,
    response={"Session": "<SESSION:1>"},
)
_STEP = Step(kind="call", what="signIn", wire=(_REQUEST,), output={"isSignedIn": False})
_CHANGED = {
    "another parameter": attrs.evolve(
        _STEP, wire=(attrs.evolve(_REQUEST, body={"AuthFlow": "USER_AUTH", "AuthParameters": {}}),)
    ),
    "one parameter more": attrs.evolve(_STEP, wire=(attrs.evolve(_REQUEST, body={**_REQUEST.body, "Session": "x"}),)),
    "another status": attrs.evolve(_STEP, wire=(attrs.evolve(_REQUEST, status=400),)),
    "another answer": attrs.evolve(_STEP, wire=(attrs.evolve(_REQUEST, response={}),)),
    "another operation": attrs.evolve(_STEP, wire=(attrs.evolve(_REQUEST, op="SignUp"),)),
    "no request": attrs.evolve(_STEP, wire=()),
    "one request more": attrs.evolve(_STEP, wire=(_REQUEST, _REQUEST)),
    "another output": attrs.evolve(_STEP, output={"isSignedIn": True}),
    "an error": attrs.evolve(_STEP, error={"name": "Unknown", "message": ""}),
    "an event": attrs.evolve(_STEP, hub=("signedIn",)),
}


@pytest.mark.parametrize("changed", _CHANGED.values(), ids=_CHANGED)
def test_a_change_is_a_difference(changed: Step) -> None:
    scenario = Scenario(name="made up", pool={}, client={}, users=(), config={}, steps=(_STEP,))
    assert not differences(scenario, [_STEP])
    (found, *_) = differences(scenario, [changed])
    assert found.step == 0
    assert unintended([found]) == [found]


def test_a_row_without_its_difference_is_untrue() -> None:
    row: Row = INTENDED[0]
    assert untrue(row.scenario, []) == [one for one in INTENDED if one.scenario == row.scenario]
    assert row not in untrue(row.scenario, [row.difference])


@pytest.mark.parametrize(
    "body",
    [
        {"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "alice"}},
        {"AuthParameters": {"USERNAME": "alice", "SECRET_HASH": "x"}, "SecretHash": "x"},
        {"AuthParameters": {"USERNAME": "alice", "SECRET_HASH": "x"}, "ClientMetadata": {"a": "s3cret"}},
    ],
    ids=["missing", "in a place too many", "the secret itself"],
)
def test_a_proof_of_the_secret_is_looked_for_in_its_place_only(body: dict[str, object]) -> None:
    request = attrs.evolve(_REQUEST, body=body)
    with pytest.raises(AssertionError):
        without_secrets(attrs.evolve(_STEP, wire=(request,)), "s3cret")
