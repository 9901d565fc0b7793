"""CUSTOM_AUTH: Python callables in the place of the Lambda triggers."""

from typing import Any

import pytest

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

ROUNDS = (("colour", "blue"), ("number", "42"))


class Triggers:
    """Two questions; three wrong answers end it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def define(self, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        session, response = event["request"]["session"], event["response"]
        names = [one["challengeName"] for one in session]
        if names == ["SRP_A"]:
            response["challengeName"] = "PASSWORD_VERIFIER"
            return event
        answers = [one["challengeResult"] for one in session if one["challengeName"] == "CUSTOM_CHALLENGE"]
        response["issueTokens"] = answers.count(True) == len(ROUNDS)
        response["failAuthentication"] = answers.count(False) == 3
        response["challengeName"] = "CUSTOM_CHALLENGE"
        return event

    def create(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        right = [one for one in event["request"]["session"] if one.get("challengeMetadata") and one["challengeResult"]]
        hint, answer = ROUNDS[len(right)]
        event["response"]["publicChallengeParameters"] = {"hint": hint}
        event["response"]["privateChallengeParameters"] = {"answer": answer}
        event["response"]["challengeMetadata"] = f"ROUND_{hint}"

    def verify(self, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        request = event["request"]
        event["response"]["answerCorrect"] = (
            request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
        )
        return event


@pytest.fixture
def triggers(bed: Bed) -> Triggers:
    triggers = Triggers()
    bed.pool.on("define_auth_challenge", triggers.define)
    bed.pool.on("create_auth_challenge", triggers.create)
    bed.pool.on("verify_auth_challenge_response", triggers.verify)
    return triggers


def answer(bed: Bed, session: str, text: str, **more: str) -> Any:
    return bed.respond("CUSTOM_CHALLENGE", session, USERNAME="alice", ANSWER=text, **more)


def test_right_answers_get_tokens_and_wrong_ones_another_round(bed: Bed, triggers: Triggers) -> None:
    first = bed.initiate("CUSTOM_AUTH", USERNAME="alice")
    assert first["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert first["ChallengeParameters"] == {"USERNAME": "alice", "hint": "colour"}
    again = answer(bed, first["Session"], "red")
    assert again["ChallengeParameters"]["hint"] == "colour"
    with refused("NotAuthorizedException"):
        answer(bed, first["Session"], "blue")
    second = answer(bed, again["Session"], "blue")
    assert second["ChallengeParameters"]["hint"] == "number"
    assert "AuthenticationResult" in answer(bed, second["Session"], "42")


def test_the_trigger_can_end_it(bed: Bed, triggers: Triggers) -> None:
    session = bed.initiate("CUSTOM_AUTH", USERNAME="alice")["Session"]
    for _ in range(2):
        session = answer(bed, session, "red")["Session"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        answer(bed, session, "red")


def test_events_are_those_of_lambda(bed: Bed, triggers: Triggers) -> None:
    reply = bed.idp.initiate_auth(
        ClientId=bed.client_id,
        AuthFlow="CUSTOM_AUTH",
        AuthParameters={"USERNAME": "alice"},
        ClientMetadata={"a": "b"},
    )
    bed.idp.respond_to_auth_challenge(
        ClientId=bed.client_id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=reply["Session"],
        ChallengeResponses={"USERNAME": "alice", "ANSWER": "blue"},
        ClientMetadata={"c": "d"},
    )
    define, create, verify, again, _ = triggers.events
    assert define["triggerSource"] == "DefineAuthChallenge_Authentication"
    assert define["request"]["session"] == []
    assert define["request"]["clientMetadata"] == {}  # that of InitiateAuth does not get here
    assert define["request"]["userAttributes"]["sub"] == bed.pool.user("alice").sub
    assert define["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert define["request"]["userNotFound"] is False
    assert create["triggerSource"] == "CreateAuthChallenge_Authentication"
    assert create["request"]["challengeName"] == "CUSTOM_CHALLENGE"
    assert verify["triggerSource"] == "VerifyAuthChallengeResponse_Authentication"
    assert verify["request"]["challengeAnswer"] == "blue"
    assert verify["request"]["privateChallengeParameters"] == {"answer": "blue"}
    assert verify["request"]["clientMetadata"] == {"c": "d"}
    assert again["request"]["session"] == [
        {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "ROUND_colour"}
    ]


def test_the_password_first(bed: Bed, triggers: Triggers) -> None:
    client = bed.srp()
    reply = bed.initiate("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **client.get_auth_params())
    assert reply["ChallengeName"] == "PASSWORD_VERIFIER"
    assert triggers.events[0]["request"]["session"] == [{"challengeName": "SRP_A", "challengeResult": True}]
    proof = client.process_challenge(reply["ChallengeParameters"], {"USERNAME": "alice"})
    custom = bed.respond("PASSWORD_VERIFIER", reply["Session"], **proof)
    assert custom["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert [one["challengeName"] for one in triggers.events[1]["request"]["session"]] == ["SRP_A", "PASSWORD_VERIFIER"]
    second = answer(bed, custom["Session"], "blue")
    assert "AuthenticationResult" in answer(bed, second["Session"], "42")


def test_a_wrong_password_first(bed: Bed, triggers: Triggers) -> None:
    client = bed.srp(password="Wrong-h0rse!!")
    reply = bed.initiate("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **client.get_auth_params())
    proof = client.process_challenge(reply["ChallengeParameters"], {"USERNAME": "alice"})
    with refused("NotAuthorizedException", "Incorrect username or password."):
        bed.respond("PASSWORD_VERIFIER", reply["Session"], **proof)
    with refused("NotAuthorizedException"):
        answer(bed, reply["Session"], "blue")


def test_the_trigger_may_ask_for_sms(bed: Bed) -> None:
    def define(event: dict[str, Any]) -> dict[str, Any]:
        done = event["request"]["session"]
        event["response"] = {"issueTokens": bool(done), "challengeName": None if done else "SMS_MFA"}
        return event

    bed.pool.on("define_auth_challenge", define)
    reply = bed.initiate("CUSTOM_AUTH", USERNAME="alice")
    assert reply["ChallengeName"] == "SMS_MFA"
    done = bed.respond("SMS_MFA", reply["Session"], USERNAME="alice", SMS_MFA_CODE=bed.pool.code("alice"))
    assert "AuthenticationResult" in done


def test_without_triggers(bed: Bed) -> None:
    sentence = "Custom auth lambda trigger is not configured for the user pool."
    with refused("InvalidParameterException", sentence):
        bed.initiate("CUSTOM_AUTH", USERNAME="alice")


def test_a_trigger_that_raises(bed: Bed, triggers: Triggers) -> None:
    def fail(event: dict[str, Any]) -> None:
        raise KeyError("challengeMetaData")

    bed.pool.on("create_auth_challenge", fail)
    # Recorded: https://github.com/aws-samples/amazon-cognito-passwordless-email-auth/issues/17
    with refused("UserLambdaValidationException", "CreateAuthChallenge failed with error 'challengeMetaData'."):
        bed.initiate("CUSTOM_AUTH", USERNAME="alice")


def test_a_trigger_that_names_no_challenge(bed: Bed) -> None:
    bed.pool.on("define_auth_challenge", lambda event: event)
    with refused("InvalidLambdaResponseException"):
        bed.initiate("CUSTOM_AUTH", USERNAME="alice")


def test_a_trigger_that_wants_a_password_proof_nobody_started(bed: Bed) -> None:
    bed.pool.on("define_auth_challenge", lambda event: event["response"].update(challengeName="PASSWORD_VERIFIER"))
    with refused("InvalidLambdaResponseException"):
        bed.initiate("CUSTOM_AUTH", USERNAME="alice")


def test_the_trigger_hears_of_a_hidden_user_who_never_gets_tokens(make: Any) -> None:
    bed = make(prevent_user_existence_errors=True)
    seen: list[dict[str, Any]] = []

    def define(event: dict[str, Any]) -> dict[str, Any]:
        seen.append(event["request"])
        event["response"]["issueTokens"] = True
        return event

    bed.pool.on("define_auth_challenge", define)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        bed.initiate("CUSTOM_AUTH", USERNAME="nobody")
    assert seen[0]["userNotFound"] is True
    assert seen[0]["userAttributes"] == {}


def test_an_unconfirmed_user_is_asked_nothing(bed: Bed, triggers: Triggers) -> None:
    bed.pool.create_user("ute", PASSWORD, status="UNCONFIRMED")
    with refused("UserNotConfirmedException"):
        bed.initiate("CUSTOM_AUTH", USERNAME="ute")
    assert triggers.events == []
