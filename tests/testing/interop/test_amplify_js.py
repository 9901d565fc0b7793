"""The real aws-amplify under Node signs in to the mock's server form, with everything the mock verifies."""

from collections.abc import Iterator
from typing import Any

import pytest

from amplify_auth.testing import MockCognito, MockCognitoServer
from tests.testing.interop.install_node_clients import missing
from tests.testing.interop.node_client import NodeClient, NodeError

PASSWORD = "Passw0rd!"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(missing() is not None, reason=str(missing()))]


class Amplify:
    """aws-amplify's functions, called by their JavaScript names: ``amplify.signIn({...})``."""

    def __init__(self, node: NodeClient) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self._node.ask(call=name, args=args)

    def configure(self, url: str, pool: Any) -> None:
        cognito = {"userPoolId": pool.id, "userPoolClientId": pool.client_id, "userPoolEndpoint": url}
        self._node.ask(configure={"Auth": {"Cognito": cognito}})


@pytest.fixture
def cognito(cognito_server: MockCognitoServer) -> MockCognito:
    cognito_server.cognito.reset()
    return cognito_server.cognito


@pytest.fixture(scope="module")
def node() -> Iterator[NodeClient]:
    with NodeClient("amplify_driver.mjs") as running:
        yield running


@pytest.fixture
def make(cognito: MockCognito, cognito_server: MockCognitoServer, node: NodeClient) -> Any:
    """Makes a pool with alice in it, and an aws-amplify configured for it, signed out."""

    def make_pool(*, user=True, **settings):
        pool = cognito.create_pool(**settings)
        if user:
            pool.create_user("alice", PASSWORD)
        amplify = Amplify(node)
        amplify.configure(cognito_server.url, pool)
        amplify.signOut()
        cognito.calls.clear()
        return pool, amplify

    return make_pool


def step(output):
    return output["nextStep"]["signInStep"]


def start(amplify, password=PASSWORD, username="alice", **options):
    return amplify.signIn({"username": username, "password": password, "options": options})


def test_the_right_password_signs_in(make: Any) -> None:
    pool, amplify = make()

    assert start(amplify) == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}

    assert amplify.getCurrentUser()["userId"] == pool.user("alice").sub
    assert amplify.fetchUserAttributes()["email"] == "alice@example.com"


def test_a_wrong_password_is_refused(make: Any) -> None:
    _, amplify = make()

    with pytest.raises(NodeError, match="NotAuthorizedException: Incorrect username or password"):
        start(amplify, "Passw0rd?")
    with pytest.raises(NodeError, match="UserUnAuthenticatedException"):
        amplify.getCurrentUser()


def test_many_sign_ins_in_a_row(make: Any) -> None:
    """Random values with leading zeroes and high bits come up now and then."""
    _, amplify = make()
    for _ in range(8):
        assert start(amplify)["isSignedIn"]
        amplify.signOut()
        with pytest.raises(NodeError, match="NotAuthorizedException"):
            start(amplify, "Passw0rd?")


def test_signing_up_confirming_and_signing_in_by_itself(make: Any) -> None:
    pool, amplify = make(user=False)
    attributes = {"email": "bob@example.org"}
    options = {"userAttributes": attributes, "autoSignIn": {"authFlowType": "USER_AUTH"}}

    signed_up = amplify.signUp({"username": "bob", "password": PASSWORD, "options": options})

    assert signed_up["nextStep"]["codeDeliveryDetails"]["destination"] == "b***@e***"
    with pytest.raises(NodeError, match="CodeMismatchException"):
        amplify.confirmSignUp({"username": "bob", "confirmationCode": other(pool.code("bob"))})
    old = pool.code("bob")
    amplify.resendSignUpCode({"username": "bob"})
    with pytest.raises(NodeError, match="CodeMismatchException"):
        amplify.confirmSignUp({"username": "bob", "confirmationCode": old})
    confirmed = amplify.confirmSignUp({"username": "bob", "confirmationCode": pool.code("bob")})
    assert confirmed["nextStep"]["signUpStep"] == "COMPLETE_AUTO_SIGN_IN"
    assert amplify.autoSignIn()["isSignedIn"]
    assert amplify.fetchUserAttributes()["email_verified"] == "true"


def other(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_forgotten_password(make: Any) -> None:
    pool, amplify = make()
    amplify.resetPassword({"username": "alice"})
    new = {"username": "alice", "newPassword": "N3w-Passw0rd!", "confirmationCode": pool.code("alice")}

    amplify.confirmResetPassword(new)

    with pytest.raises(NodeError, match="NotAuthorizedException"):
        start(amplify)
    assert start(amplify, "N3w-Passw0rd!")["isSignedIn"]


@pytest.mark.parametrize(
    ("mfa", "asked", "purpose"),
    [
        ("SMS_MFA", "CONFIRM_SIGN_IN_WITH_SMS_CODE", "SMS_MFA"),
        ("EMAIL_OTP", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "EMAIL_OTP"),
        ("SOFTWARE_TOKEN_MFA", "CONFIRM_SIGN_IN_WITH_TOTP_CODE", None),
    ],
)
def test_a_second_factor(make: Any, mfa: str, asked: str, purpose: str | None) -> None:
    pool, amplify = make(user=False, mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=(mfa,))

    assert step(start(amplify)) == asked

    code = pool.code("alice", purpose) if purpose else pool.totp("alice")
    with pytest.raises(NodeError, match="CodeMismatchException"):
        amplify.confirmSignIn({"challengeResponse": other(code)})
    assert amplify.confirmSignIn({"challengeResponse": code})["isSignedIn"]


def test_choosing_among_second_factors(make: Any) -> None:
    pool, amplify = make(user=False, mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))

    started = start(amplify)

    assert step(started) == "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"
    assert sorted(started["nextStep"]["allowedMFATypes"]) == ["SMS", "TOTP"]
    assert step(amplify.confirmSignIn({"challengeResponse": "TOTP"})) == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    assert amplify.confirmSignIn({"challengeResponse": pool.totp("alice")})["isSignedIn"]


def test_setting_up_an_authenticator_app_to_get_in(make: Any) -> None:
    pool, amplify = make(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))

    started = start(amplify)

    assert step(started) == "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
    assert started["nextStep"]["totpSetupDetails"]["sharedSecret"]
    assert amplify.confirmSignIn({"challengeResponse": pool.totp("alice")})["isSignedIn"]
    assert amplify.fetchMFAPreference()["preferred"] == "TOTP"


def test_a_password_that_must_be_changed(make: Any) -> None:
    pool, amplify = make(user=False, required_attributes=("name",))
    pool.create_user("alice", PASSWORD, status="FORCE_CHANGE_PASSWORD")

    started = start(amplify)

    assert step(started) == "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
    assert started["nextStep"]["missingAttributes"] == ["name"]
    answer = {"challengeResponse": "N3w-Passw0rd!", "options": {"userAttributes": {"name": "Alice"}}}
    assert amplify.confirmSignIn(answer)["isSignedIn"]
    assert pool.user("alice").attributes["name"] == "Alice"


@pytest.mark.parametrize("flow", ["CUSTOM_WITH_SRP", "CUSTOM_WITHOUT_SRP"])
def test_a_custom_challenge(make: Any, flow: str) -> None:
    pool, amplify = make()

    @pool.on("define_auth_challenge")
    def define(event):
        asked = [round_ for round_ in event["request"]["session"] if round_["challengeName"] == "CUSTOM_CHALLENGE"]
        if asked and asked[-1]["challengeResult"]:
            event["response"].update(issueTokens=True, failAuthentication=False)
        else:
            names = [round_["challengeName"] for round_ in event["request"]["session"]]
            challenge = "PASSWORD_VERIFIER" if names == ["SRP_A"] else "CUSTOM_CHALLENGE"
            event["response"].update(issueTokens=False, failAuthentication=len(asked) > 1, challengeName=challenge)
        return event

    @pool.on("create_auth_challenge")
    def create(event):
        event["response"].update(
            publicChallengeParameters={"hint": "colour"}, privateChallengeParameters={"answer": "blue"}
        )
        return event

    @pool.on("verify_auth_challenge_response")
    def verify(event):
        right = event["request"]["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == right
        return event

    password = {"password": PASSWORD} if flow == "CUSTOM_WITH_SRP" else {}
    started = amplify.signIn({"username": "alice", "options": {"authFlowType": flow}, **password})

    assert step(started) == "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
    assert started["nextStep"]["additionalInfo"]["hint"] == "colour"
    assert step(amplify.confirmSignIn({"challengeResponse": "red"})) == "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
    assert amplify.confirmSignIn({"challengeResponse": "blue"})["isSignedIn"]


@pytest.mark.parametrize(
    ("factor", "asked"),
    [("EMAIL_OTP", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"), ("SMS_OTP", "CONFIRM_SIGN_IN_WITH_SMS_CODE")],
)
def test_a_code_as_first_factor(make: Any, factor: str, asked: str) -> None:
    pool, amplify = make()
    options = {"authFlowType": "USER_AUTH", "preferredChallenge": factor}

    assert step(amplify.signIn({"username": "alice", "options": options})) == asked
    assert amplify.confirmSignIn({"challengeResponse": pool.code("alice", factor)})["isSignedIn"]


def test_choosing_the_first_factor(make: Any) -> None:
    _, amplify = make()

    started = amplify.signIn({"username": "alice", "options": {"authFlowType": "USER_AUTH"}})

    assert step(started) == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
    assert {"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"} <= set(started["nextStep"]["availableChallenges"])
    assert step(amplify.confirmSignIn({"challengeResponse": "PASSWORD_SRP"})) == "CONFIRM_SIGN_IN_WITH_PASSWORD"
    assert amplify.confirmSignIn({"challengeResponse": PASSWORD})["isSignedIn"]


def test_a_remembered_device(make: Any, cognito: MockCognito) -> None:
    pool, amplify = make(device_tracking="ALWAYS")
    assert start(amplify)["isSignedIn"]
    (device,) = pool.user("alice").devices
    amplify.signOut()
    cognito.calls.clear()

    assert start(amplify)["isSignedIn"]

    challenges = [call.parameters["ChallengeName"] for call in cognito.calls.of("RespondToAuthChallenge")]
    assert challenges == ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
    assert [known["id"] for known in amplify.fetchDevices()] == [device]
    amplify.forgetDevice()
    assert pool.user("alice").devices == ()


@pytest.mark.parametrize("rotation", [False, True])
def test_tokens_are_renewed(make: Any, cognito: MockCognito, rotation: bool) -> None:
    _, amplify = make(refresh_token_rotation=rotation)
    start(amplify)
    before = amplify.fetchAuthSession()["tokens"]["accessToken"]["payload"]["jti"]

    after = amplify.fetchAuthSession({"forceRefresh": True})["tokens"]["accessToken"]["payload"]["jti"]

    assert after != before
    assert amplify.fetchUserAttributes()["email"] == "alice@example.com"


def test_signing_out_everywhere(make: Any) -> None:
    _, amplify = make()
    start(amplify)

    amplify.signOut({"global": True})

    with pytest.raises(NodeError, match="UserUnAuthenticatedException"):
        amplify.fetchUserAttributes()


def test_changing_a_password_an_address_and_deleting_the_user(make: Any) -> None:
    pool, amplify = make()
    start(amplify)
    with pytest.raises(NodeError, match="NotAuthorizedException"):
        amplify.updatePassword({"oldPassword": "Passw0rd?", "newPassword": "N3w-Passw0rd!"})
    amplify.updatePassword({"oldPassword": PASSWORD, "newPassword": "N3w-Passw0rd!"})
    amplify.updateUserAttributes({"userAttributes": {"email": "new@example.org"}})
    code = pool.code("alice", "Verify:email")

    amplify.confirmUserAttribute({"userAttributeKey": "email", "confirmationCode": code})

    assert pool.user("alice").attributes["email"] == "new@example.org"
    amplify.deleteUser()
    with pytest.raises(LookupError):
        pool.user("alice")


def test_a_service_that_is_down_for_a_moment_is_asked_again(make: Any, cognito: MockCognito) -> None:
    _, amplify = make()
    cognito.fail_next("InitiateAuth", "unavailable", times=2)

    assert start(amplify)["isSignedIn"]
    assert len(cognito.calls.of("InitiateAuth")) == 3
