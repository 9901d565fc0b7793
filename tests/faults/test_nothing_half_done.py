"""Whatever fails on the way: nobody is half signed in, nobody stays half signed in."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from tests.support.failures import FAILURES
from tests.support.makers import NewSession
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    jwt,
    refuses,
    says,
    signs_in,
    tokens,
)
from tests.support.story import PASSWORD


@pytest.mark.parametrize(
    "result",
    [
        {"IdToken": jwt(), "ExpiresIn": 3600},
        {"AccessToken": "", "ExpiresIn": 3600},
        {"AccessToken": "not-a-jwt", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "IdToken": "a.b", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "IdToken": "a.b.c", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "ExpiresIn": -1},
    ],
    ids=["no access token", "empty access token", "no JWT", "ID token of two parts", "undecodable", "no lifetime"],
)
@pytest.mark.parametrize("step", ["sign_in", "confirm_sign_in"])
def test_tokens_that_cannot_be_right_sign_nobody_in(
    step: str, result: dict[str, Any], scripted: ScriptedCognito, session: Session
) -> None:
    answer = says(AuthenticationResult=result)
    if step == "sign_in":
        scripted.on("InitiateAuth", answer)
        with pytest.raises(auth.AuthProtocolError) as caught:
            auth.sign_in("alice", "Passw0rd!", session=session)
    else:
        scripted.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", answer)
        auth.sign_in("alice", "Passw0rd!", session=session)
        with pytest.raises(auth.AuthProtocolError) as caught:
            auth.confirm_sign_in("123456", session=session)
    assert caught.value.name == "InvalidTokens"
    assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert scripted.operations[-1] != "ConfirmDevice"


@pytest.mark.parametrize("failure", ["hangs up", "half an answer", "500", "throttled", "wrong parameter", "not JSON"])
def test_a_device_that_cannot_be_registered_is_told_and_fails_no_sign_in(
    failure: str, scripted: ScriptedCognito, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    metadata = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=metadata)).always("ConfirmDevice", FAILURES[failure][0])
    with pytest.warns(errors.DeviceRegistrationWarning, match="not registered"):
        output = auth.sign_in("alice", "Passw0rd!", session=session)
    assert output.is_signed_in
    assert session.is_signed_in
    assert '"devices": []' in session.export_state()
    assert [record.levelname for record in caplog.records if "not registered" in record.message] == ["WARNING"]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_sign_out_that_fails_has_signed_out_all_the_same(
    everywhere: bool, failure: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    answer, kind = FAILURES[failure]
    scripted.always("RevokeToken", answer).always("GlobalSignOut", answer)
    output = auth.sign_out(global_sign_out=everywhere, session=session)
    assert (session.is_signed_in, session.tokens, session.username) == (False, None, None)
    assert not output.is_complete
    assert isinstance(output.revoke_token_error, kind)
    assert isinstance(output.global_sign_out_error, kind) or not everywhere


def test_a_global_sign_out_that_fails_revokes_at_least_this_sessions_token(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.on("GlobalSignOut", refuses("NotAuthorizedException", "Access Token has expired")).on(
        "RevokeToken", says()
    )
    output = auth.sign_out(global_sign_out=True, session=session)
    assert scripted.operations[1:] == ["GlobalSignOut", "RevokeToken"]
    assert scripted.of("RevokeToken") == [{"ClientId": "client", "Token": tokens()["RefreshToken"]}]
    assert (output.is_complete, output.revoke_token_error) == (False, None)
    assert isinstance(output.global_sign_out_error, errors.NotAuthorizedException)


class FullDisk:
    """A storage that keeps nothing."""

    def load(self) -> str | None:
        return None

    def save(self, record: str) -> None:
        raise auth.AuthConfigurationError("No space left on device.", name="StorageException")

    def clear(self) -> None:
        pass

    def lock(self) -> Any:
        return nullcontext()


@pytest.mark.filterwarnings("error::amplify_auth.errors.StorageWarning")
def test_a_sign_in_that_fails_at_its_last_step_signs_nobody_in(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """If the tokens must be stored and cannot be, nobody is signed in, and the next sign-in does not say otherwise."""
    session = new_session(storage=FullDisk())
    seen: list[str] = []
    session.add_listener(lambda event: seen.append(event.name))
    scripted.always("InitiateAuth", signs_in())
    for _ in range(2):
        with pytest.raises(errors.StorageWarning):
            auth.sign_in("alice", PASSWORD, session=session)
        assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert seen == []


@pytest.mark.filterwarnings("error::amplify_auth.errors.StorageWarning")
def test_a_sign_in_that_fails_at_its_last_step_leaves_the_user_who_took_its_place(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """Taking back a sign-in that was not stored must not sign out a user who came in from another thread."""
    scripted.always("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
    elsewhere = new_session()
    auth.sign_in("bob", PASSWORD, session=elsewhere)
    text = elsewhere.export_state()

    class SlowFullDisk(FullDisk):
        def save(self, record: str) -> None:
            if '"alice"' in record:
                with ThreadPoolExecutor(1) as threads:
                    threads.submit(session.restore_state, text).result(10)
                super().save(record)

    session = new_session(storage=SlowFullDisk())
    with pytest.raises(errors.StorageWarning):
        auth.sign_in("alice", PASSWORD, session=session)
    assert session.username == "bob"


def test_expired_tokens_and_failing_listeners_do_not_fail_a_sign_in(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The event of a sign-in renews no tokens, and the error of a listener is not the error of the sign-in."""

    def fail(event: object) -> None:
        raise RuntimeError("a listener's own trouble")

    session.add_listener(fail)
    scripted.on("InitiateAuth", says(AuthenticationResult={**tokens(), "ExpiresIn": 0}))
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    assert session.tokens is not None
    assert session.tokens.is_expired
