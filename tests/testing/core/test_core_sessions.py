"""Sessions: one user, one client, one challenge, one success, a few minutes."""

import threading
from typing import Any

import pytest
from core_bed import PASSWORD, Bed, refused

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


def test_one_of_many_threads_spends_the_session(sms: Bed) -> None:
    session, outcomes = sms.password()["Session"], []
    start = threading.Barrier(6)

    def try_it() -> None:
        start.wait()
        try:
            answer(sms, session)
            outcomes.append("in")
        except sms.idp.exceptions.NotAuthorizedException:
            outcomes.append("out")

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["out"] * 5
