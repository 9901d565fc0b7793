"""USER_PASSWORD_AUTH, the flows a client allows, its secret, and the lock-out."""

from typing import Any

import pytest

from amplify_auth.testing import mock_cognito
from amplify_auth.testing._core.request import secret_hash
from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def test_the_right_password_gets_tokens_and_a_wrong_one_none(bed: Bed) -> None:
    assert set(bed.tokens()) == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
    with refused(*WRONG):
        bed.password(password="Wrong-h0rse!!")


def test_no_password_is_a_missing_parameter(bed: Bed) -> None:
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        bed.initiate("USER_PASSWORD_AUTH", USERNAME="alice")
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        bed.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("UNCONFIRMED", "UserNotConfirmedException"),
        ("RESET_REQUIRED", "PasswordResetRequiredException"),
    ],
)
def test_the_users_status_is_said(bed: Bed, status: Any, code: str) -> None:
    bed.pool.create_user("sam", PASSWORD, status=status)
    with refused(code):
        bed.password("sam")


def test_a_password_reset_by_an_administrator_must_be_replaced(bed: Bed) -> None:
    bed.admin.admin_reset_user_password(UserPoolId=bed.pool.id, Username="alice")
    with refused("PasswordResetRequiredException"):
        bed.password()


def test_unknown_and_hidden_users(make: Any) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        make().password("nobody")
    with refused(*WRONG):
        make(prevent_user_existence_errors=True).password("nobody")


@pytest.mark.parametrize(
    ("flow", "sentence"),
    [
        ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
        ("USER_AUTH", "USER_AUTH is not enabled for the client."),
        ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
    ],
)
def test_a_flow_the_client_does_not_allow_is_refused(make: Any, flow: str, sentence: str) -> None:
    bed = make(users=("alice",), flows=("USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"))
    with refused("InvalidParameterException", sentence):
        bed.initiate(flow, USERNAME="alice", PASSWORD=PASSWORD)
    assert "AuthenticationResult" in bed.srp_sign_in()


def test_a_client_that_names_no_flows_has_srp_custom_and_refresh(bed: Bed) -> None:
    reply = bed.admin.create_user_pool_client(UserPoolId=bed.pool.id, ClientName="plain")
    plain = reply["UserPoolClient"]["ClientId"]
    with refused("InvalidParameterException"):
        bed.initiate("USER_PASSWORD_AUTH", client_id=plain, USERNAME="alice", PASSWORD=PASSWORD)
    public = bed.srp().get_auth_params()
    assert bed.initiate("USER_SRP_AUTH", client_id=plain, **public)["ChallengeName"] == "PASSWORD_VERIFIER"


def test_without_strictness_such_a_client_has_every_flow() -> None:
    with mock_cognito(strict=False) as cognito:
        bed = Bed(cognito, cognito.create_pool())
        bed.pool.create_user("alice", PASSWORD)
        reply = bed.admin.create_user_pool_client(UserPoolId=bed.pool.id, ClientName="plain", GenerateSecret=True)
        plain = reply["UserPoolClient"]["ClientId"]
        assert "AuthenticationResult" in bed.initiate(
            "USER_PASSWORD_AUTH", client_id=plain, USERNAME="alice", PASSWORD=PASSWORD
        )
        with refused(*WRONG):
            bed.initiate("USER_PASSWORD_AUTH", client_id=plain, USERNAME="alice", PASSWORD="Wrong-h0rse!!")


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_administrators_flows_are_not_for_clients(bed: Bed, flow: str) -> None:
    with refused("InvalidParameterException"):
        bed.initiate(flow, USERNAME="alice", PASSWORD=PASSWORD)


@pytest.mark.parametrize("name", ["TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE"])
def test_what_is_not_supported_says_so_by_name(bed: Bed, name: str) -> None:
    with refused("UnsupportedOperationException", f"amplify_auth.testing does not support {name} in AuthParameters"):
        bed.initiate("USER_AUTH", USERNAME="alice", **{name: "1"})


def test_a_client_that_is_not_there(bed: Bed) -> None:
    with refused("ResourceNotFoundException", "User pool client gone does not exist."):
        bed.initiate("USER_PASSWORD_AUTH", client_id="gone", USERNAME="alice", PASSWORD=PASSWORD)


# -- the client's secret ----------------------------------------------------------------------------------------------


@pytest.fixture
def secret(make: Any) -> Bed:
    return make(users=("alice",), client_secret=True)


def the_hash(bed: Bed, name: str = "alice") -> str:
    return secret_hash(bed.pool.client_secret, bed.client_id, name)


def calls(bed: Bed) -> dict[str, Any]:
    """Every call that takes a hash, given the hash."""
    idp, own = bed.idp, {"ClientId": bed.client_id, "Username": "alice"}

    def flow(name: str, **parameters: str) -> Any:
        return lambda more: bed.initiate(name, USERNAME="alice", **parameters, **more)

    def respond(name: str) -> Any:
        return lambda more: bed.respond(name, "session", USERNAME="alice", **more)

    def operation(function: Any, **parameters: Any) -> Any:
        def call(more: dict[str, str]) -> Any:
            return function(**own, **parameters, **({"SecretHash": more["SECRET_HASH"]} if more else {}))

        return call

    return {
        "USER_PASSWORD_AUTH": flow("USER_PASSWORD_AUTH", PASSWORD=PASSWORD),
        "USER_SRP_AUTH": flow("USER_SRP_AUTH", SRP_A="a"),
        "USER_AUTH": flow("USER_AUTH"),
        "CUSTOM_AUTH": flow("CUSTOM_AUTH"),
        "SignUp": operation(idp.sign_up, Password=PASSWORD),
        "ConfirmSignUp": operation(idp.confirm_sign_up, ConfirmationCode="1"),
        "ResendConfirmationCode": operation(idp.resend_confirmation_code),
        "ForgotPassword": operation(idp.forgot_password),
        "ConfirmForgotPassword": operation(idp.confirm_forgot_password, ConfirmationCode="1", Password=PASSWORD),
    }


HASHED = (
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
    "USER_AUTH",
    "CUSTOM_AUTH",
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "ForgotPassword",
    "ConfirmForgotPassword",
)


@pytest.mark.parametrize("name", HASHED)
def test_a_hash_is_asked_for_and_checked(secret: Bed, name: str) -> None:
    call = calls(secret)[name]
    missing = f"Client {secret.client_id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", missing):
        call({})
    wrong = f"Unable to verify secret hash for client {secret.client_id}"
    with refused("NotAuthorizedException", wrong):
        call({"SECRET_HASH": the_hash(secret, "bob")})


def test_with_the_hash_a_whole_sign_in_works_and_each_step_needs_it(secret: Bed) -> None:
    client = secret.srp(client_secret=secret.pool.client_secret)
    parameters = secret.initiate("USER_SRP_AUTH", **client.get_auth_params())["ChallengeParameters"]
    proof = client.process_challenge(parameters, {"USERNAME": "alice"})
    without = {name: value for name, value in proof.items() if name != "SECRET_HASH"}
    with refused(
        "NotAuthorizedException",
        f"Client {secret.client_id} is configured with secret but SECRET_HASH was not received",
    ):
        secret.respond("PASSWORD_VERIFIER", **without)
    tokens = secret.respond("PASSWORD_VERIFIER", **proof)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        secret.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {secret.client_id}"):
        alias = secret.idp.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]
        email = next(item["Value"] for item in alias if item["Name"] == "email")
        secret.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], SECRET_HASH=the_hash(secret, email))
    refreshed = secret.initiate(
        "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], SECRET_HASH=the_hash(secret)
    )
    assert "AccessToken" in refreshed["AuthenticationResult"]


# -- the lock-out -----------------------------------------------------------------------------------------------------


def fail(bed: Bed, times: int) -> None:
    for _ in range(times):
        with refused(*WRONG):
            bed.password(password="Wrong-h0rse!!")


def test_after_five_failures_even_the_right_password_waits_a_second(bed: Bed) -> None:
    fail(bed, 5)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        bed.password()
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        bed.srp_sign_in()
    bed.cognito.clock.advance(1)
    assert "AuthenticationResult" in bed.password()


def test_four_failures_lock_nobody_out(bed: Bed) -> None:
    fail(bed, 4)
    assert "AuthenticationResult" in bed.password()
    fail(bed, 4)
    assert "AuthenticationResult" in bed.password()


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(bed: Bed) -> None:
    fail(bed, 5)
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        bed.cognito.clock.advance(seconds - 0.5)
        with refused("NotAuthorizedException", "Password attempts exceeded"):
            bed.password()
        bed.cognito.clock.advance(0.5)
        fail(bed, 1)
    bed.cognito.clock.advance(900)
    assert "AuthenticationResult" in bed.password()


def test_a_quarter_of_an_hour_without_attempts_forgets_them(bed: Bed) -> None:
    fail(bed, 4)
    bed.cognito.clock.advance(900)
    fail(bed, 4)
    assert "AuthenticationResult" in bed.password()
