"""The identity pool fails and the tokens are good: who is told what. Scripted, over TCP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

import amplify_auth as auth
from amplify_auth import AuthSession, Session, errors
from tests.support.makers import NewSession
from tests.support.scripted_cognito import HANGS_UP, Answer, ScriptedCognito, jwt, page, refuses, says, signs_in


@pytest.fixture
def identity_pool(scripted: ScriptedCognito, new_session: NewSession) -> Callable[..., Session]:
    """Makes sessions with an identity pool that works, unless the test says otherwise."""
    given = {**dict.fromkeys(("AccessKeyId", "SecretKey", "SessionToken"), "secret"), "Expiration": time.time() + 3600}
    body = json.dumps({"IdentityId": "us-east-1:identity", "Credentials": given}).encode()
    scripted.always("InitiateAuth", signs_in(IdToken=jwt(iss="https://issuer.example.com/pool")))
    scripted.always("GetId", says(IdentityId="us-east-1:identity"))
    scripted.always("GetCredentialsForIdentity", Answer(body=body))

    def make(**options: Any) -> Session:
        identity_pool_id = "us-east-1:00000000-0000-0000-0000-000000000000"
        return new_session(identity_pool_id=identity_pool_id, identity_pool_endpoint_url=scripted.url, **options)

    return make


@pytest.fixture
def alice(identity_pool: Callable[..., Session], scripted: ScriptedCognito) -> Session:
    """A session in which alice is signed in."""
    session = identity_pool()
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.requests.clear()
    return session


@pytest.fixture
def guest(identity_pool: Callable[..., Session]) -> Session:
    return identity_pool(allow_guest_access=True)


def fetch(session: Session, **options: Any) -> AuthSession:
    return auth.fetch_auth_session(session=session, **options)


class TestTheTokensAreGood:
    """Without credentials too: a program that needs only the tokens goes on."""

    FAILURES: ClassVar = {
        "down": refuses("InternalErrorException", status=500),
        "throttled": refuses("TooManyRequestsException"),
        "no provider of the pool": refuses("NotAuthorizedException", "Token is not from a supported provider"),
        "no such pool": refuses("ResourceNotFoundException", "IdentityPool not found."),
        "a page": page(502),
        "silent": HANGS_UP,
    }

    @pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
    @pytest.mark.parametrize("operation", ["GetId", "GetCredentialsForIdentity"])
    def test_and_the_failure_is_in_the_result(
        self, alice: Session, scripted: ScriptedCognito, operation: str, failure: Answer
    ) -> None:
        scripted.always(operation, failure)
        found = fetch(alice)
        assert found.tokens is alice.tokens
        assert found.user_sub == alice.user_id
        assert (found.credentials, found.identity_id) == (None, None)
        assert isinstance(found.credentials_error, auth.AuthError)
        assert found.credentials_error.__traceback__ is None, "its frames hold the ID token"

    def test_and_new_ones_come_if_they_are_asked_for(self, alice: Session, scripted: ScriptedCognito) -> None:
        first = fetch(alice)
        scripted.always("GetCredentialsForIdentity", self.FAILURES["throttled"])
        new = jwt(iss="https://issuer.example.com/pool", new=True)
        scripted.on("GetTokensFromRefreshToken", signs_in(IdToken=new))
        found = fetch(alice, force_refresh=True)
        assert found.tokens is not None
        assert found.tokens.id_token == new
        assert (found.credentials, type(found.credentials_error)) == (None, errors.TooManyRequestsException)
        again = fetch(alice)
        assert (again.credentials, again.credentials_error) == (first.credentials, None), "those are still good"

    def test_and_a_loop_does_not_ask_a_broken_pool_each_time(
        self, alice: Session, scripted: ScriptedCognito, clock: Callable[[float], None]
    ) -> None:
        scripted.always("GetId", self.FAILURES["no provider of the pool"])
        first = fetch(alice)
        assert all(fetch(alice) is first for _ in range(5))
        assert scripted.operations == ["GetId"]
        clock(4)
        assert fetch(alice) is first
        clock(1)
        assert fetch(alice) is not first
        assert scripted.operations == ["GetId"] * 2
        scripted.on("GetTokensFromRefreshToken", signs_in(IdToken=jwt(iss="https://issuer.example.com/pool")))
        scripted.always("GetId", says(IdentityId="us-east-1:identity"))
        found = fetch(alice, force_refresh=True)
        assert found.credentials is not None, "who asks for it gets another try at once"
        assert found.credentials_error is None
        assert fetch(alice) is found

    def test_and_the_failure_is_not_the_next_users(self, alice: Session, scripted: ScriptedCognito) -> None:
        scripted.on("GetId", self.FAILURES["no such pool"]).always("RevokeToken", says())
        assert fetch(alice).credentials is None
        auth.sign_out(session=alice)
        scripted.on("InitiateAuth", signs_in("bob", IdToken=jwt(iss="https://issuer.example.com/pool")))
        auth.sign_in("bob", "Passw0rd!", session=alice)
        assert fetch(alice).credentials is not None

    def test_but_boto3_raises_it_and_tries_each_time(self, alice: Session, scripted: ScriptedCognito) -> None:
        scripted.always("GetId", self.FAILURES["no such pool"])
        fetch(alice)
        credentials = alice.boto3_session().get_credentials()
        assert credentials is not None
        for _ in range(2):
            with pytest.raises(errors.ResourceNotFoundException):
                credentials.get_frozen_credentials()
        assert scripted.operations == ["GetId"] * 3

    def test_but_a_guest_who_has_none_gets_the_error(self, guest: Session, scripted: ScriptedCognito) -> None:
        scripted.always("GetId", self.FAILURES["no such pool"])
        for _ in range(2):
            with pytest.raises(errors.ResourceNotFoundException):
                fetch(guest)
        assert scripted.operations == ["GetId"] * 2

    def test_but_a_session_that_has_ended_is_an_error(self, alice: Session, scripted: ScriptedCognito) -> None:
        scripted.on("GetTokensFromRefreshToken", refuses("NotAuthorizedException", "Invalid Refresh Token"))
        with pytest.raises(errors.SessionEnded):
            fetch(alice, force_refresh=True)

    def test_and_two_results_that_differ_in_the_error_are_equal(self) -> None:
        assert AuthSession(credentials_error=errors.AuthError("x")) == AuthSession()
