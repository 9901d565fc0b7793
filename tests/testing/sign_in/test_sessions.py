"""Sessions: one user, one client, one challenge, one success, a few minutes."""

import threading
from typing import Any

import pytest

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

INVALID = ("NotAuthorizedException", "Invalid session for the user.")
SPENT = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")


@pytest.fixture
def sms(make: Any) -> Bed:
    """Alice and mallory, both with MFA by SMS."""
    bed = make(mfa="OPTIONAL")
    for name in ("alice", "mallory"):
        bed.pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    assert isinstance(bed, Bed)
    return bed


def answer(bed: Bed, session: str, username: str = "alice", **more: Any) -> Any:
    return bed.respond("SMS_MFA", session, USERNAME=username, SMS_MFA_CODE=bed.pool.code("alice"), **more)


def test_a_session_that_was_never_given(sms: Bed) -> None:
    sms.password()
    with refused(*INVALID):
        answer(sms, "made-up-but-of-the-right-length")


def test_another_users_session(sms: Bed) -> None:
    session = sms.password("mallory")["Session"]
    sms.password("alice")
    with refused(*INVALID):
        answer(sms, session, "alice")


def test_another_clients_session(sms: Bed) -> None:
    other = sms.admin.create_user_pool_client(UserPoolId=sms.pool.id, ClientName="other")["UserPoolClient"]
    session = sms.password()["Session"]
    with refused(*INVALID):
        answer(sms, session, client_id=other["ClientId"])


def test_another_pools_session(sms: Bed, make: Any) -> None:
    elsewhere = make(users=("alice",))
    session = sms.password()["Session"]
    with refused(*INVALID):
        answer(sms, session, client_id=elsewhere.client_id)


@pytest.mark.parametrize(
    ("challenge", "responses"),
    [
        ("NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": "Hijack-h0rse!"}),
        ("MFA_SETUP", {}),
        ("SELECT_CHALLENGE", {"ANSWER": "EMAIL_OTP"}),
        ("SELECT_MFA_TYPE", {"ANSWER": "SMS_MFA"}),
        ("CUSTOM_CHALLENGE", {"ANSWER": "blue"}),
        ("DEVICE_SRP_AUTH", {"SRP_A": "a", "DEVICE_KEY": "b"}),
        ("WEB_AUTHN", {"CREDENTIAL": "{}"}),
        ("PASSWORD", {"PASSWORD": PASSWORD}),
    ],
)
def test_a_session_for_another_challenge(sms: Bed, challenge: str, responses: dict[str, str]) -> None:
    session = sms.password()["Session"]
    with refused(*INVALID):
        sms.respond(challenge, session, USERNAME="alice", **responses)
    assert "AuthenticationResult" in answer(sms, session)


def test_a_session_after_success(sms: Bed) -> None:
    session = sms.password()["Session"]
    answer(sms, session)
    with refused(*SPENT):
        answer(sms, session)


def test_a_session_survives_wrong_answers(sms: Bed) -> None:
    session = sms.password()["Session"]
    for _ in range(3):
        with refused("CodeMismatchException"):
            sms.respond("SMS_MFA", session, USERNAME="alice", SMS_MFA_CODE="000000")
    assert "AuthenticationResult" in answer(sms, session)


@pytest.mark.parametrize("minutes", [None, 3, 15])
def test_a_session_lives_as_long_as_the_client_says(make: Any, minutes: int | None) -> None:
    options = {} if minutes is None else {"AuthSessionValidity": minutes}
    bed = make(mfa="OPTIONAL", client_options=options)
    bed.pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    session = bed.password()["Session"]
    bed.cognito.clock.advance((minutes or 3) * 60 - 1)
    with refused("CodeMismatchException"):
        bed.respond("SMS_MFA", session, USERNAME="alice", SMS_MFA_CODE="000000")
    bed.cognito.clock.advance(1)
    with refused(*EXPIRED):
        answer(bed, session)


def test_a_challenge_nobody_knows(bed: Bed) -> None:
    with refused("InvalidParameterException"):
        bed.respond("BOGUS", "session-session-session", USERNAME="alice")


def test_two_threads_cannot_both_spend_a_session(bed: Bed) -> None:
    """The first is held where the answer is judged; the second must not get there meanwhile."""
    judged, second_came, outcomes = [], threading.Event(), []

    def verify(event: dict[str, Any]) -> None:
        judged.append(event)
        if len(judged) == 1:
            second_came.wait(0.3)
        else:
            second_came.set()
        event["response"]["answerCorrect"] = True

    def define(event: dict[str, Any]) -> None:
        event["response"] = {"issueTokens": bool(event["request"]["session"]), "challengeName": "CUSTOM_CHALLENGE"}

    bed.pool.on("define_auth_challenge", define)
    bed.pool.on("create_auth_challenge", lambda event: event)
    bed.pool.on("verify_auth_challenge_response", verify)
    session = bed.initiate("CUSTOM_AUTH", USERNAME="alice")["Session"]

    def answer_it() -> None:
        try:
            bed.respond("CUSTOM_CHALLENGE", session, USERNAME="alice", ANSWER="x")
            outcomes.append("in")
        except bed.idp.exceptions.NotAuthorizedException:
            outcomes.append("out")

    threads = [threading.Thread(target=answer_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "out"]
    assert not second_came.is_set()
