"""amazon-cognito-identity-js, the client before aws-amplify 6, under Node against the mock's server form."""

from collections.abc import Iterator
from typing import Any

import pytest

from amplify_auth.testing import MockCognitoServer
from tests.testing.interop.install_node_clients import missing
from tests.testing.interop.node_client import NodeClient

PASSWORD = "Passw0rd!"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(missing() is not None, reason=str(missing()))]


@pytest.fixture(scope="module")
def node() -> Iterator[NodeClient]:
    with NodeClient("identity_js_driver.mjs") as running:
        yield running


@pytest.fixture
def make(cognito_server: MockCognitoServer, node: NodeClient) -> Any:
    """Makes a pool with alice in it, and a way to command the client about her."""
    cognito_server.cognito.reset()

    def make_pool(*, user=True, **settings):
        pool = cognito_server.cognito.create_pool(**settings)
        if user:
            pool.create_user("alice", PASSWORD)
        node.ask(command="configure", endpoint=f"{cognito_server.url}/", userPoolId=pool.id, clientId=pool.client_id)
        node.ask(command="use", username="alice")
        return pool, lambda command, **given: node.ask(command=command, **given)

    return make_pool


def authenticate(tell, password=PASSWORD, username="alice"):
    return tell("authenticate", username=username, password=password)


def failed(output: Any) -> str:
    return output["onFailure"][0]["code"]


def other(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_the_right_password_signs_in_and_a_wrong_one_does_not(make: Any, flow: str) -> None:
    pool, tell = make()
    tell("use", username="alice", flow=flow)

    assert authenticate(tell)["onSuccess"][0] == {"sub": pool.user("alice").sub, "valid": True}

    tell("use", username="alice", flow=flow)
    assert failed(authenticate(tell, "Passw0rd?")) == "NotAuthorizedException"


def test_signing_up_and_confirming(make: Any) -> None:
    pool, tell = make(user=False)
    tell("signUp", username="alice", password=PASSWORD, attributes={"email": "alice@example.org"})
    assert failed(authenticate(tell)) == "UserNotConfirmedException"

    assert failed(tell("confirmRegistration", code=other(pool.code("alice")))) == "CodeMismatchException"
    assert tell("confirmRegistration", code=pool.code("alice")) == {"onSuccess": ["SUCCESS"]}

    assert "onSuccess" in authenticate(tell)


def test_a_forgotten_password(make: Any) -> None:
    pool, tell = make()
    assert "inputVerificationCode" in tell("forgotPassword")

    assert failed(tell("confirmPassword", code=other(pool.code("alice")), password="N3w-Passw0rd!"))
    assert "onSuccess" in tell("confirmPassword", code=pool.code("alice"), password="N3w-Passw0rd!")

    assert failed(authenticate(tell)) == "NotAuthorizedException"
    assert "onSuccess" in authenticate(tell, "N3w-Passw0rd!")


@pytest.mark.parametrize(("mfa", "way"), [("SMS_MFA", "mfaRequired"), ("SOFTWARE_TOKEN_MFA", "totpRequired")])
def test_a_second_factor(make: Any, mfa: str, way: str) -> None:
    pool, tell = make(user=False, mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=(mfa,))

    assert way in authenticate(tell)

    code = pool.code("alice") if mfa == "SMS_MFA" else pool.totp("alice")
    assert failed(tell("sendCode", code=other(code), type=mfa)) == "CodeMismatchException"
    assert "onSuccess" in tell("sendCode", code=code, type=mfa)


def test_choosing_among_second_factors(make: Any) -> None:
    pool, tell = make(user=False, mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))

    assert "selectMFAType" in authenticate(tell)

    assert "totpRequired" in tell("chooseFactor", type="SOFTWARE_TOKEN_MFA")
    assert "onSuccess" in tell("sendCode", code=pool.totp("alice"), type="SOFTWARE_TOKEN_MFA")


def test_a_password_that_must_be_changed(make: Any) -> None:
    pool, tell = make(user=False, required_attributes=("name",))
    pool.create_user("alice", PASSWORD, status="FORCE_CHANGE_PASSWORD")

    attributes, required = authenticate(tell)["newPasswordRequired"]

    assert attributes["email"] == "alice@example.com"
    assert required == ["name"]
    assert "onSuccess" in tell("newPassword", password="N3w-Passw0rd!", attributes={"name": "Alice"})
    assert pool.user("alice").status == "CONFIRMED"


def test_a_custom_challenge(make: Any) -> None:
    pool, tell = make()

    @pool.on("define_auth_challenge")
    def define(event):
        session = event["request"]["session"]
        done = bool(session and session[-1]["challengeResult"])
        event["response"].update(
            issueTokens=done, failAuthentication=len(session) > 1 and not done, challengeName="CUSTOM_CHALLENGE"
        )

    @pool.on("create_auth_challenge")
    def create(event):
        event["response"]["publicChallengeParameters"] = {"hint": "colour"}
        event["response"]["privateChallengeParameters"] = {"answer": "blue"}

    @pool.on("verify_auth_challenge_response")
    def verify(event):
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == "blue"

    tell("use", username="alice", flow="CUSTOM_AUTH")
    assert tell("initiate", username="alice")["customChallenge"][0]["hint"] == "colour"
    assert "customChallenge" in tell("answerCustom", answer="red")
    assert "onSuccess" in tell("answerCustom", answer="blue")


def test_a_remembered_device(make: Any, cognito_server: MockCognitoServer) -> None:
    pool, tell = make(device_tracking="ALWAYS")
    assert "onSuccess" in authenticate(tell)
    assert len(pool.user("alice").devices) == 1
    cognito_server.cognito.calls.clear()

    assert "onSuccess" in authenticate(tell)

    last = cognito_server.cognito.calls.last("RespondToAuthChallenge")
    assert last.parameters["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"


def test_attributes_renewal_and_signing_out_everywhere(make: Any) -> None:
    _, tell = make()
    authenticate(tell)

    assert {"Name": "email", "Value": "alice@example.com"} in tell("attributes")["onSuccess"][0]
    assert tell("refresh")["onSuccess"][0]["valid"]
    assert "onSuccess" in tell("globalSignOut")
    assert "onFailure" in tell("attributes")
