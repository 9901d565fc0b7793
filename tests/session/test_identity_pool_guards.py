"""What an identity pool may answer that is no credentials, and who is told what then. Scripted, over TCP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthSession, Session, errors
from tests.support.scripted_cognito import Answer, ScriptedCognito, jwt, refuses, says, signs_in

pytestmark = pytest.mark.slow

NAMES = ("AccessKeyId", "SecretKey", "SessionToken")


def gives(identity_id: str = "us-east-1:identity", headers: dict[str, str] | None = None, **changes: Any) -> Answer:
    """Credentials; a member that is None is left out."""
    whole = {**dict.fromkeys(NAMES, "secret"), "Expiration": time.time() + 3600, **changes}
    given = {name: value for name, value in whole.items() if value is not None}
    body = json.dumps({"IdentityId": identity_id, "Credentials": given}).encode()
    return Answer(body=body, headers=headers or {})


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        server.always("InitiateAuth", signs_in(IdToken=jwt(iss="https://issuer.example.com/pool")))
        server.always("GetId", says(IdentityId="us-east-1:identity"))
        server.always("GetCredentialsForIdentity", gives())
        yield server


def new_session(scripted: ScriptedCognito, **options: Any) -> Session:
    usual = {
        "user_pool_id": "us-east-1_Identity",
        "user_pool_client_id": "client",
        "endpoint_url": scripted.url,
        "identity_pool_id": "us-east-1:00000000-0000-0000-0000-000000000000",
        "identity_pool_endpoint_url": scripted.url,
        "auth_flow_type": "USER_PASSWORD_AUTH",
    }
    return Session(**{**usual, **options})


@pytest.fixture
def alice(scripted: ScriptedCognito) -> Session:
    """A session in which alice is signed in."""
    return signed_in(scripted)


def signed_in(scripted: ScriptedCognito) -> Session:
    session = new_session(scripted)
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.requests.clear()
    return session


@pytest.fixture
def guest(scripted: ScriptedCognito) -> Session:
    return new_session(scripted, allow_guest_access=True)


def fetch(session: Session, **options: Any) -> AuthSession:
    return auth.fetch_auth_session(session=session, **options)


LACKING = [
    *[gives(**{name: None}) for name in (*NAMES, "Expiration")],
    *[gives(**{name: ""}) for name in NAMES],
    gives(identity_id=""),
    says(IdentityId="us-east-1:identity"),
]


@pytest.mark.parametrize("answer", LACKING, ids=range(len(LACKING)))
class TestCredentialsThatLackSomething:
    def test_are_an_answer_that_cannot_be_right(
        self, alice: Session, scripted: ScriptedCognito, clock: Callable[[float], None], answer: Answer
    ) -> None:
        scripted.on("GetCredentialsForIdentity", answer)
        error = fetch(alice).credentials_error
        assert isinstance(error, auth.AuthProtocolError)
        assert error.name == "CredentialsException"
        clock(5)
        assert fetch(alice).credentials is not None, "the next answer is used"

    def test_are_called_otherwise_for_a_guest(self, guest: Session, scripted: ScriptedCognito, answer: Answer) -> None:
        """As amplify-js calls them."""
        scripted.on("GetCredentialsForIdentity", answer)
        with pytest.raises(auth.AuthProtocolError) as caught:
            fetch(guest)

        assert caught.value.name == "CredentialsNotFoundException"


@pytest.mark.parametrize("answer", [says(), says(IdentityId="")], ids=["none", "empty"])
def test_an_identity_without_a_name_is_not_asked_for(alice: Session, scripted: ScriptedCognito, answer: Answer) -> None:
    scripted.on("GetId", answer)
    error = fetch(alice).credentials_error
    assert isinstance(error, auth.AuthProtocolError)
    assert error.name == "GetIdResponseException"
    assert scripted.operations == ["GetId"]


class TestAnIdentityThatIsKnown:
    @pytest.mark.parametrize("refusal", ["NotAuthorizedException", "ResourceNotFoundException"])
    def test_and_refused_is_looked_up_anew(self, alice: Session, scripted: ScriptedCognito, refusal: str) -> None:
        """It may have been deleted, or merged into another one."""
        fetch(alice)
        scripted.requests.clear()
        scripted.on("GetCredentialsForIdentity", refuses(refusal), gives("us-east-1:merged"))
        scripted.on("GetId", says(IdentityId="us-east-1:merged"))

        scripted.always("GetTokensFromRefreshToken", signs_in(IdToken=jwt(iss="https://issuer.example.com/pool")))

        assert fetch(alice, force_refresh=True).identity_id == "us-east-1:merged"
        asked = [body["IdentityId"] for body in scripted.of("GetCredentialsForIdentity")]
        assert asked == ["us-east-1:identity", "us-east-1:merged"]


class TestProofOfWhoAsks:
    @pytest.mark.parametrize(
        "result", [{"IdToken": jwt()}, {"IdToken": jwt(iss=5)}, {"IdToken": None}], ids=["none", "a number", "no token"]
    )
    def test_without_an_id_token_that_names_its_issuer_nothing_is_asked(
        self, scripted: ScriptedCognito, result: dict[str, Any]
    ) -> None:
        scripted.on("InitiateAuth", signs_in(**result))
        session = signed_in(scripted)
        error = fetch(session).credentials_error
        assert isinstance(error, auth.AuthStateError)
        assert error.name == "InvalidIdTokenException"
        assert scripted.operations == []

    def test_of_a_user_who_has_signed_out_meanwhile_there_is_none(
        self, alice: Session, scripted: ScriptedCognito
    ) -> None:
        """Another thread asked for the user's credentials at the very moment."""
        left = alice._state.signed_in
        alice._state.clear()
        with pytest.raises(errors.UserUnAuthenticatedException):
            alice._state.identity_pool.credentials_of(left)

        assert scripted.operations == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Date": "tomorrow"}, {"Date": ""}, {"Date": "Thu, 01 Jan 2026 00:00:00 -0000"}],
    ids=["none", "no date", "empty", "of no time zone"],
)
def test_without_a_date_of_the_answer_credentials_live_by_this_machines_clock(
    alice: Session, scripted: ScriptedCognito, headers: dict[str, str]
) -> None:
    scripted.on("GetCredentialsForIdentity", gives(headers=headers))
    first = fetch(alice)

    assert first.credentials is not None
    assert fetch(alice) is first
    assert scripted.operations == ["GetId", "GetCredentialsForIdentity"]
