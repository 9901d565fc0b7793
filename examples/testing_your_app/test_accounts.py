"""Tests of ``accounts.py`` against a Cognito that verifies, in this process: no AWS account, no network, no waiting.

The fixture ``mock_cognito`` comes with `amplify-auth-boto3[testing]`; nothing is imported for it.
"""

import accounts
import pytest

import amplify_auth as auth

PASSWORD = "Corr3ct-horse"


def nobody_asks(prompt):
    raise AssertionError(f"unexpected question: {prompt}")


@pytest.fixture
def pool(mock_cognito):
    """A user pool, and the application configured for it."""
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    auth.configure(pool.config)
    return pool


def test_a_new_user_registers_with_the_code_from_the_mail_and_logs_in(pool):
    accounts.register("alice", PASSWORD, "alice@example.com", lambda prompt: pool.code("alice"))

    assert accounts.log_in("alice", PASSWORD, nobody_asks) == "alice"
    assert pool.outbox[0].destination == "alice@example.com"
    assert pool.user("alice").attributes["email_verified"] == "true"


def test_a_mistyped_code_does_not_confirm(pool):
    with pytest.raises(accounts.Refused, match="Invalid verification code"):
        accounts.register("alice", PASSWORD, "alice@example.com", lambda prompt: "000000")

    assert pool.user("alice").status == "UNCONFIRMED"


def test_a_weak_password_is_refused_before_there_is_a_user(pool):
    with pytest.raises(accounts.Refused, match="Password"):
        accounts.register("alice", "secret", "alice@example.com", nobody_asks)

    with pytest.raises(LookupError):
        pool.user("alice")


@pytest.mark.parametrize(("name", "password"), [("alice", "Wr0ng-horse"), ("nobody", PASSWORD)])
def test_nobody_learns_whether_name_or_password_was_wrong(pool, name, password):
    pool.create_user("alice", PASSWORD)

    with pytest.raises(accounts.Refused, match=r"^Wrong name or password\.$"):
        accounts.log_in(name, password, nobody_asks)


def test_a_user_with_a_phone_is_asked_for_the_code_that_was_sent(pool):
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",), attributes={"name": "Alice"})
    prompts = []

    def read_phone(prompt):
        prompts.append(prompt)
        return pool.code("alice", "SMS_MFA")

    assert accounts.log_in("alice", PASSWORD, read_phone) == "Alice"
    assert prompts == ["The code we sent to +*******0100: "]


def test_a_user_with_an_authenticator_app_is_asked_for_its_code(pool):
    pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))

    assert accounts.log_in("alice", PASSWORD, lambda prompt: pool.totp("alice")) == "alice"


def test_the_password_is_proved_and_never_sent(mock_cognito, pool):
    pool.create_user("alice", PASSWORD)

    accounts.log_in("alice", PASSWORD, nobody_asks)

    call = mock_cognito.calls.last("InitiateAuth")
    assert call.parameters["AuthFlow"] == "USER_SRP_AUTH"
    assert call.parameters["AuthParameters"].keys() == {"USERNAME", "SRP_A"}


def test_an_outage_is_explained(mock_cognito, pool):
    pool.create_user("alice", PASSWORD)
    mock_cognito.fail_next("InitiateAuth", "unavailable", times=10)

    with pytest.raises(accounts.Refused, match="try again in a minute"):
        accounts.log_in("alice", PASSWORD, nobody_asks)


def test_an_hour_later_the_header_is_renewed(mock_cognito, pool):
    pool.create_user("alice", PASSWORD)
    accounts.log_in("alice", PASSWORD, nobody_asks)
    before = accounts.authorization_header()
    assert accounts.authorization_header() == before

    mock_cognito.clock.advance(3600)

    assert accounts.authorization_header() != before
