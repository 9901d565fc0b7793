"""Sign-ins that the pool's own Lambda triggers decide: any number of rounds, with a password's proof or without."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf

PASSWORD = "Passw0rd!"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    return pool_of(name="custom", client_secret=request.param)


def ask_sums(pool: MockPool, *, rounds: int, tries: int = 3, proof: bool = False) -> list[dict[str, Any]]:
    """Triggers that ask ``rounds`` sums; ``tries`` wrong answers end it. Returns the metadata that they are told."""
    heard: list[dict[str, Any]] = []

    def define(event: dict[str, Any]) -> dict[str, Any]:
        heard.append(event["request"].get("clientMetadata") or {})
        done = event["request"]["session"]
        results = [one["challengeResult"] for one in done if one["challengeName"] == "CUSTOM_CHALLENGE"]
        names = [one["challengeName"] for one in done]
        response = event["response"]
        if results.count(False) >= tries:
            response["failAuthentication"] = True
        elif proof and "SRP_A" in names and "PASSWORD_VERIFIER" not in names:
            response["challengeName"] = "PASSWORD_VERIFIER"
        elif results.count(True) >= rounds:
            response["issueTokens"] = True
        else:
            response["challengeName"] = "CUSTOM_CHALLENGE"
        return event

    def create(event: dict[str, Any]) -> dict[str, Any]:
        asked = len([one for one in event["request"]["session"] if one["challengeName"] == "CUSTOM_CHALLENGE"])
        event["response"]["publicChallengeParameters"] = {"sum": f"{asked} + 1"}
        event["response"]["privateChallengeParameters"] = {"answer": str(asked + 1)}
        return event

    def verify(event: dict[str, Any]) -> dict[str, Any]:
        request = event["request"]
        right = request["privateChallengeParameters"]["answer"] == request["challengeAnswer"]
        event["response"]["answerCorrect"] = right
        return event

    pool.on("define_auth_challenge", define)
    pool.on("create_auth_challenge", create)
    pool.on("verify_auth_challenge_response", verify)
    return heard


def _sum(step: object) -> str:
    assert isinstance(step, auth.ConfirmSignInWithCustomChallenge)
    return str(eval(step.additional_info["sum"]))


@pytest.mark.parametrize("rounds", [0, 1, 2, 7])
@pytest.mark.parametrize("flow", ["CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP"])
def test_any_number_of_rounds(flow: str, rounds: int, pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD)
    ask_sums(pool, rounds=rounds, proof=True)
    session = session_of(pool)
    output = auth.sign_in(name, PASSWORD if flow == "CUSTOM_WITH_SRP" else None, auth_flow_type=flow, session=session)
    for _ in range(rounds):
        assert not output.is_signed_in
        output = auth.confirm_sign_in(_sum(output.next_step), session=session)
    assert output.is_signed_in
    assert session.username == name


def test_wrong_answers_are_rounds_too_until_the_trigger_has_enough(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD)
    ask_sums(pool, rounds=1, tries=3)
    session = session_of(pool)
    auth.sign_in(name, auth_flow_type="CUSTOM_WITHOUT_SRP", session=session)
    questions = [auth.confirm_sign_in("wrong", session=session).next_step for _ in range(2)]
    assert [_sum(step) for step in questions] == ["2", "3"]
    with pytest.raises(errors.NotAuthorizedException) as caught:
        auth.confirm_sign_in("wrong", session=session)
    assert not isinstance(caught.value, errors.PendingSignInExpired), "the answers were wrong, not late"
    assert session.pending_sign_in is None


def test_a_wrong_password_ends_the_custom_flow_that_wants_its_proof(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD)
    ask_sums(pool, rounds=1, proof=True)
    session = session_of(pool)
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in(name, "wrong", auth_flow_type="CUSTOM_WITH_SRP", session=session)
    assert session.pending_sign_in is None


def test_a_trigger_may_pass_over_the_proof_that_was_offered(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """CUSTOM_WITH_SRP starts with SRP_A; a trigger that asks its own question first is followed."""
    pool.create_user(name, PASSWORD)
    ask_sums(pool, rounds=1, proof=False)
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, auth_flow_type="CUSTOM_WITH_SRP", session=session).next_step
    assert cognito.calls.operations == ("InitiateAuth",)
    assert auth.confirm_sign_in(_sum(step), session=session).is_signed_in


@pytest.mark.parametrize("flow", ["CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP"])
def test_a_trigger_may_ask_for_a_code_by_sms(flow: str, pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    proof = flow == "CUSTOM_WITH_SRP"

    def define(event: dict[str, Any]) -> dict[str, Any]:
        names = [one["challengeName"] for one in event["request"]["session"]]
        if proof and "PASSWORD_VERIFIER" not in names:
            event["response"]["challengeName"] = "PASSWORD_VERIFIER"
        elif "SMS_MFA" not in names:
            event["response"]["challengeName"] = "SMS_MFA"
        else:
            event["response"]["issueTokens"] = True
        return event

    pool.on("define_auth_challenge", define)
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD if proof else None, auth_flow_type=flow, session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name, "SMS_MFA"), session=session).is_signed_in


def test_each_step_tells_the_triggers_its_own_metadata(pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD)
    heard = ask_sums(pool, rounds=1, proof=True)
    session = session_of(pool)
    step = auth.sign_in(
        name, PASSWORD, auth_flow_type="CUSTOM_WITH_SRP", client_metadata={"from": "start"}, session=session
    ).next_step
    auth.confirm_sign_in(_sum(step), client_metadata={"from": "answer"}, session=session)
    assert heard[-1] == {"from": "answer"}
    assert {"from": "start"} in heard


def test_a_trigger_that_fails_is_told_as_such(pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD)

    def define(event: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("out of order")

    pool.on("define_auth_challenge", define)
    with pytest.raises((errors.UserLambdaValidationException, errors.UnexpectedLambdaException)):
        auth.sign_in(name, auth_flow_type="CUSTOM_WITHOUT_SRP", session=session_of(pool))


def test_additional_info_is_read_only_and_holds_what_the_trigger_made_public(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD)
    ask_sums(pool, rounds=1)
    step = auth.sign_in(name, auth_flow_type="CUSTOM_WITHOUT_SRP", session=session_of(pool)).next_step
    assert isinstance(step, auth.ConfirmSignInWithCustomChallenge)
    assert step.additional_info == {"USERNAME": name, "sum": "0 + 1"}
    with pytest.raises(TypeError):
        step.additional_info["sum"] = "9"  # type: ignore[index]
