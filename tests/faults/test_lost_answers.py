"""A real TCP server in front of a Cognito that verifies: requests lost before and after the operation acted."""

from collections.abc import Callable, Iterator

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth.testing import MockCognitoServer, MockPool
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito

PASSWORD = "Passw0rd!"


@pytest.fixture(scope="module")
def _scripted(cognito_server: MockCognitoServer) -> Iterator[ScriptedCognito]:
    """Passes on what no script speaks of."""
    with ScriptedCognito(upstream=cognito_server.url) as running:
        yield running


@pytest.fixture(scope="module")
def pool(cognito_server: MockCognitoServer) -> MockPool:
    """A pool whose sign-ups send a code; who has a second factor is asked for it."""
    return cognito_server.cognito.create_pool(mfa="OPTIONAL", prevent_user_existence_errors=False)


@pytest.fixture
def session(pool: MockPool, scripted: ScriptedCognito) -> Session:
    return Session(**pool.config, endpoint_url=scripted.url)


@pytest.fixture
def username(pool: MockPool, request: pytest.FixtureRequest) -> str:
    return f"user-{abs(hash(request.node.name)) % 10**9}"


def _lost(when: str, scripted: ScriptedCognito, operation: str) -> None:
    scripted.on(operation, HANGS_UP if when == "before" else scripted.loses_the_answer)


def test_a_sign_up_that_was_lost_before_it_acted_can_be_made_again(
    scripted: ScriptedCognito, session: Session, username: str
) -> None:
    _lost("before", scripted, "SignUp")
    with pytest.raises(auth.AuthNetworkError):
        auth.sign_up(username, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    output = auth.sign_up(username, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    assert output.next_step.sign_up_step == "CONFIRM_SIGN_UP"


def test_a_sign_up_whose_answer_was_lost_is_not_hidden_behind_a_second_one(
    scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    """The caller hears that nobody knows, not that the name, now his own, is taken."""
    _lost("after", scripted, "SignUp")
    with pytest.raises(auth.AuthNetworkError):
        auth.sign_up(username, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    assert scripted.operations == ["SignUp"]
    assert auth.confirm_sign_up(username, pool.code(username), session=session).is_sign_up_complete


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_confirmation_is_sent_once(
    when: str, scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    auth.sign_up(username, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    _lost(when, scripted, "ConfirmSignUp")
    with pytest.raises(auth.AuthNetworkError):
        auth.confirm_sign_up(username, pool.code(username), session=session)
    assert scripted.operations.count("ConfirmSignUp") == 1
    assert pool.user(username).status == ("UNCONFIRMED" if when == "before" else "CONFIRMED")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_start_that_was_lost_is_started_again_unseen(
    when: str, scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD)
    _lost(when, scripted, "InitiateAuth")
    assert auth.sign_in(username, PASSWORD, session=session).is_signed_in
    assert scripted.operations.count("InitiateAuth") == 2


def test_a_code_that_never_arrived_can_be_given_again(
    scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD, mfa=("SMS_MFA",))
    auth.sign_in(username, PASSWORD, session=session)
    _lost("before", scripted, "RespondToAuthChallenge")
    with pytest.raises(auth.AuthNetworkError):
        auth.confirm_sign_in(pool.code(username), session=session)
    assert session.pending_sign_in is not None
    assert auth.confirm_sign_in(pool.code(username), session=session).is_signed_in


def test_a_code_whose_answer_was_lost_has_spent_the_session_and_the_next_answer_says_so(
    scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD, mfa=("SMS_MFA",))
    auth.sign_in(username, PASSWORD, session=session)
    _lost("after", scripted, "RespondToAuthChallenge")
    with pytest.raises(auth.AuthNetworkError):
        auth.confirm_sign_in(pool.code(username), session=session)
    assert session.pending_sign_in is not None, "nobody knows yet that it is spent"
    assert not session.is_signed_in
    with pytest.raises(errors.PendingSignInExpired):
        auth.confirm_sign_in(pool.code(username), session=session)
    assert session.pending_sign_in is None


def test_a_proof_whose_answer_was_lost_is_not_sent_again_and_a_new_sign_in_works(
    scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD)
    _lost("after", scripted, "RespondToAuthChallenge")
    with pytest.raises(auth.AuthNetworkError):
        auth.sign_in(username, PASSWORD, session=session)
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]
    assert (session.is_signed_in, session.pending_sign_in) == (False, None)
    assert auth.sign_in(username, PASSWORD, session=session).is_signed_in


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_new_password_that_was_lost_is_never_set_twice(
    when: str, scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD, status="FORCE_CHANGE_PASSWORD")
    auth.sign_in(username, PASSWORD, session=session)
    _lost(when, scripted, "RespondToAuthChallenge")
    with pytest.raises(auth.AuthNetworkError):
        auth.confirm_sign_in("N3w-passw0rd!", session=session)
    assert scripted.operations.count("RespondToAuthChallenge") == 2, "the proof, and the new password once"
    if when == "before":
        assert auth.confirm_sign_in("N3w-passw0rd!", session=session).is_signed_in
    else:
        with pytest.raises(errors.PendingSignInExpired):
            auth.confirm_sign_in("N3w-passw0rd!", session=session)
        assert auth.sign_in(username, "N3w-passw0rd!", session=session).is_signed_in


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sign_out_whose_answer_was_lost_is_made_again_and_ends_the_session(
    when: str, scripted: ScriptedCognito, session: Session, pool: MockPool, username: str
) -> None:
    pool.create_user(username, PASSWORD)
    auth.sign_in(username, PASSWORD, session=session)
    _lost(when, scripted, "RevokeToken")
    output = auth.sign_out(session=session)
    assert (output.is_complete, session.is_signed_in) == (True, False)
    assert scripted.operations.count("RevokeToken") == 2


def test_a_wrong_code_over_the_wire_keeps_the_question_and_the_right_one_signs_in(
    scripted: ScriptedCognito, session: Session, pool: MockPool, username: str, new_session: Callable[..., Session]
) -> None:
    pool.create_user(username, PASSWORD, mfa=("EMAIL_OTP",))
    auth.sign_in(username, PASSWORD, session=session)
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("00000000", session=session)
    assert auth.confirm_sign_in(pool.code(username), session=session).is_signed_in
