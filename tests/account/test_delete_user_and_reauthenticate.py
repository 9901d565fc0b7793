"""`delete_user` in a session whose ``reauthenticate`` signs the user in by itself."""

from collections.abc import Callable

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.accounts import EXPIRED, REVOKED, pool_with_user, renewed, sign_in_to
from tests.support.makers import NewSession
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, refuses, says, signs_in
from tests.support.users import PASSWORD

REFRESH = "GetTokensFromRefreshToken"
NO_REFRESH = refuses("NotAuthorizedException", "Refresh Token has been revoked")


def delete(session: auth.Session) -> None:
    auth.delete_user(session=session)


@pytest.fixture
def calls() -> list[str]:
    """The calls of ``reauthenticate``."""
    return []


@pytest.fixture
def job(new_session: NewSession, scripted: ScriptedCognito, calls: list[str]) -> auth.Session:
    """A session that has signed alice in by itself, and whose deletion of her got no answer."""

    def sign_in(session: auth.Session) -> None:
        calls.append("alice")
        auth.sign_in("alice", PASSWORD, session=session)

    session = new_session(reauthenticate=sign_in)
    scripted.on("InitiateAuth", signs_in())
    auth.get_current_user(session=session)
    scripted.on("DeleteUser", HANGS_UP)
    with pytest.raises(auth.AuthNetworkError):
        delete(session)
    calls.clear()
    scripted.requests.clear()
    return session


@pytest.mark.parametrize("hides_users", [True, False])
def test_a_user_whose_deletion_was_done_is_not_signed_in_again(
    cognito: MockCognito, calls: list[str], hides_users: bool
) -> None:
    """The sign-in would be refused and counted, or a trigger that migrates users would make the account again."""
    pool, name = pool_with_user(cognito, "confidential", prevent_user_existence_errors=hides_users)

    def sign_in(session: auth.Session) -> None:
        calls.append(name)
        auth.sign_in(name, PASSWORD, session=session)

    session = auth.Session(**pool.config, reauthenticate=sign_in)
    auth.get_current_user(session=session)
    heard: list[str] = []
    session.add_listener(lambda event: heard.append(event.name))
    cognito.fail_next("DeleteUser", "dropped", after=True)
    with pytest.raises(auth.AuthNetworkError):
        delete(session)
    delete(session)

    assert calls == [name], "only at the first need"
    assert heard[-2:] == ["user_deleted", "signed_out"]
    with pytest.raises(errors.UserUnAuthenticatedException):
        delete(session)
    assert calls == [name]


def test_another_call_may_have_tried_to_sign_in_in_the_meantime(
    scripted: ScriptedCognito, job: auth.Session, calls: list[str]
) -> None:
    scripted.on("GetUser", REVOKED).on(REFRESH, NO_REFRESH)
    scripted.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.IncorrectUsernameOrPassword):
        auth.fetch_user_attributes(session=job)
    assert calls == ["alice"]
    delete(job)

    assert scripted.operations == ["GetUser", REFRESH, "InitiateAuth"]
    assert not job.is_signed_in


def test_a_session_that_has_ended_for_another_reason_is_begun_again_to_delete_the_user(
    scripted: ScriptedCognito, job: auth.Session, calls: list[str]
) -> None:
    expired = refuses("NotAuthorizedException", "Refresh Token has expired")
    scripted.on("DeleteUser", EXPIRED, says()).on(REFRESH, expired).on("InitiateAuth", signs_in())
    delete(job)

    assert scripted.operations == ["DeleteUser", REFRESH, "InitiateAuth", "DeleteUser"]
    assert calls == ["alice"]
    assert not job.is_signed_in


def test_tokens_that_have_expired_are_renewed_without_a_sign_in(
    scripted: ScriptedCognito, job: auth.Session, calls: list[str], clock: Callable[[float], None]
) -> None:
    clock(3601)
    scripted.on(REFRESH, renewed()).on("DeleteUser", REVOKED, says()).on(REFRESH, renewed(3))
    delete(job)

    assert scripted.operations == [REFRESH, "DeleteUser", REFRESH, "DeleteUser"]
    assert calls == []


def test_after_a_deletion_the_session_signs_no_user_in(
    new_session: NewSession, scripted: ScriptedCognito, calls: list[str]
) -> None:
    session = new_session(reauthenticate=lambda _: calls.append("called"))
    sign_in_to(scripted, session)
    scripted.on("DeleteUser", says())
    delete(session)
    for function in (auth.get_current_user, auth.fetch_devices, auth.delete_user):
        with pytest.raises(errors.UserUnAuthenticatedException):
            function(session=session)

    assert calls == []
    assert scripted.operations == ["DeleteUser"]
