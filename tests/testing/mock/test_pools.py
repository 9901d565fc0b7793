"""Pools and users in one line each: what they are like, what can be read of them, what is refused with a reason."""

import datetime
from typing import Any

import boto3
import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito
from tests.support.clients import refused, sign_in, unsigned
from tests.support.users import PASSWORD


def describe(pool):
    return boto3.client("cognito-idp", "us-east-1").describe_user_pool(UserPoolId=pool.id)["UserPool"]


def describe_client(pool):
    idp = boto3.client("cognito-idp", "us-east-1")
    return idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)["UserPoolClient"]


def test_settings_are_those_cognito_describes(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(
        "mine",
        alias_attributes=("email",),
        auto_verify=("phone_number",),
        mfa="OPTIONAL",
        first_factors=("PASSWORD", "WEB_AUTHN"),
        required_attributes=("name",),
        custom_attributes=("tier",),
        device_tracking="OPT_IN",
        pool_options={"UserPoolTags": {"a": "b"}},
    )

    described = describe(pool)

    assert described["Name"] == "mine"
    assert described["AliasAttributes"] == ["email"]
    assert described["AutoVerifiedAttributes"] == ["phone_number"]
    assert described["MfaConfiguration"] == "OPTIONAL"
    assert described["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert described["DeviceConfiguration"]["DeviceOnlyRememberedOnUserPrompt"] is True
    assert described["UsernameConfiguration"] == {"CaseSensitive": False}
    assert described["UserPoolTags"] == {"a": "b"}
    schema = {attribute["Name"]: attribute["Required"] for attribute in described["SchemaAttributes"]}
    assert schema == {"name": True, "custom:tier": False}


def test_settings_of_the_client_are_those_cognito_describes(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(
        flows=("USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"),
        access_token_validity=600,
        id_token_validity=700,
        refresh_token_validity=7200,
        refresh_token_rotation=True,
        client_secret=True,
        client_options={"AuthSessionValidity": 5},
    )

    described = describe_client(pool)

    assert described["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]
    assert described["AccessTokenValidity"] == 600
    assert described["TokenValidityUnits"]["AccessToken"] == "seconds"
    assert described["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    assert described["PreventUserExistenceErrors"] == "ENABLED"
    assert described["ClientSecret"] == pool.client_secret
    assert described["AuthSessionValidity"] == 5


def test_a_region_is_where_its_pool_is(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(region="eu-central-1")

    assert pool.id.startswith("eu-central-1_")
    assert boto3.client("cognito-idp", "us-east-1").list_user_pools(MaxResults=5)["UserPools"] == []
    with pytest.raises(ValueError, match="atlantis-1"):
        mock_cognito.create_pool(region="atlantis-1")


def test_configuration_is_what_configure_and_session_take(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(client_secret=True)

    for session in (auth.Session(**pool.config), auth.configure(pool.config)):
        assert session.config.user_pool_id == pool.id
        assert session.config.user_pool_client_id == pool.client_id
        assert session.config.client_secret == pool.client_secret


def test_configuration_shows_no_secret(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(client_secret=True)

    assert pool.client_secret
    assert pool.client_secret not in repr(pool.config) + str(pool.config) + repr(pool)
    assert set(pool.config) == {"user_pool_id", "user_pool_client_id", "client_secret"}
    assert len(mock_cognito.create_pool().config) == 2
    assert mock_cognito.create_pool().client_secret is None


def test_a_pool_made_with_boto3_is_handled_alike(mock_cognito: MockCognito) -> None:
    idp = boto3.client("cognito-idp", "us-east-1")
    pool_id = idp.create_user_pool(PoolName="x")["UserPool"]["Id"]
    pool = mock_cognito.pool(pool_id)
    with pytest.raises(LookupError, match="0 clients"):
        _ = pool.config
    made = [
        idp.create_user_pool_client(UserPoolId=pool_id, ClientName=name)["UserPoolClient"]["ClientId"]
        for name in ("one", "two")
    ]

    with pytest.raises(LookupError, match="2 clients: choose one"):
        _ = pool.client_id
    assert pool.with_client(made[1]).client_id == made[1]
    with pytest.raises(LookupError, match="has no client 'three'"):
        pool.with_client("three")


def test_a_user_made_without_further_words_can_sign_in_and_be_written_to(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    alice = pool.create_user("alice")

    assert sign_in(pool, "alice", alice.password)["AuthenticationResult"]
    assert alice.status == "CONFIRMED"
    assert alice.attributes == {
        "sub": alice.sub,
        "email": "alice@example.com",
        "email_verified": "true",
        "phone_number": "+15555550100",
        "phone_number_verified": "true",
    }


def test_what_is_said_of_a_user_counts(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    sub = "11111111-1111-4111-8111-111111111111"

    bob = pool.create_user(
        "bob", "Sesam-0ffen", attributes={"email": "b@x.org", "email_verified": "false", "sub": sub, "name": "Bob"}
    )

    assert bob.sub == bob.attributes["sub"] == sub
    assert bob.attributes["email"] == "b@x.org"
    assert bob.attributes["email_verified"] == "false"
    assert bob.attributes["name"] == "Bob"
    assert "Sesam" not in repr(bob)
    token = sign_in(pool, "bob", "Sesam-0ffen")["AuthenticationResult"]["AccessToken"]
    attributes = unsigned().get_user(AccessToken=token)["UserAttributes"]
    assert {"Name": "sub", "Value": sub} in attributes


def test_users_of_a_pool_with_username_attributes_are_called_by_them(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(username_attributes=("email", "phone_number"))

    carol = pool.create_user("carol@example.org")
    dora = pool.create_user("+15555550123")

    assert carol.username == carol.sub
    assert carol.attributes["email"] == "carol@example.org"
    assert dora.attributes["phone_number"] == "+15555550123"
    assert sign_in(pool, "carol@example.org")["AuthenticationResult"]
    assert sign_in(pool, "+15555550123")["AuthenticationResult"]


@pytest.mark.parametrize(
    ("status", "code"),
    [("UNCONFIRMED", "UserNotConfirmedException"), ("RESET_REQUIRED", "PasswordResetRequiredException")],
)
def test_a_user_of_another_status_is_refused_as_such(mock_cognito: MockCognito, status: str, code: str) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD, status=status)

    with refused(code):
        sign_in(pool)


def test_a_user_who_is_forced_to_change_a_password_is_asked_to(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD, status="FORCE_CHANGE_PASSWORD")

    assert sign_in(pool)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_confirmed_user_may_sign_in(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD, status="UNCONFIRMED", attributes={"email": "a@example.com"})
    assert "email_verified" not in pool.user("alice").attributes

    pool.confirm("alice")

    assert pool.user("alice").attributes["email_verified"] == "true"
    assert sign_in(pool)["AuthenticationResult"]


@pytest.mark.parametrize(
    ("mfa", "preferred", "challenge"),
    [
        (("SMS_MFA",), None, "SMS_MFA"),
        (("EMAIL_OTP",), None, "EMAIL_OTP"),
        (("SOFTWARE_TOKEN_MFA",), None, "SOFTWARE_TOKEN_MFA"),
        (("SMS_MFA", "SOFTWARE_TOKEN_MFA"), None, "SELECT_MFA_TYPE"),
        (("SMS_MFA", "SOFTWARE_TOKEN_MFA"), "SMS_MFA", "SMS_MFA"),
    ],
)
def test_second_factors_of_a_user_are_asked_for(
    mock_cognito: MockCognito, mfa: Any, preferred: str | None, challenge: str
) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=mfa, preferred=preferred)

    assert sign_in(pool)["ChallengeName"] == challenge


def answer(pool, challenge, code_name, code):
    return unsigned().respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", code_name: code},
    )


def test_the_code_that_was_sent_is_read_from_the_pool(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    challenge = sign_in(pool)

    code = pool.code("alice", "SMS_MFA")

    assert pool.code("alice") == code
    assert pool.outbox[-1].destination == "+15555550100"
    assert (pool.outbox[-1].medium, pool.outbox[-1].code) == ("SMS", code)
    assert answer(pool, challenge, "SMS_MFA_CODE", code)["AuthenticationResult"]


def test_a_valid_one_time_code_is_read_from_the_pool(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",), totp_secret="JBSWY3DPEHPK3PXP")
    challenge = sign_in(pool)

    assert answer(pool, challenge, "SOFTWARE_TOKEN_MFA_CODE", pool.totp("alice"))["AuthenticationResult"]


def test_one_time_codes_are_good_to_use_three_times_in_a_row_and_then_with_time(mock_cognito: MockCognito) -> None:
    """As at Amazon's a code is good once; the next one is accepted half a minute early, the last half a minute late."""
    mock_cognito.clock.advance(30 - mock_cognito.clock.now.timestamp() % 30)
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))

    def sign_in_with_the_app():
        return answer(pool, sign_in(pool), "SOFTWARE_TOKEN_MFA_CODE", pool.totp("alice"))["AuthenticationResult"]

    assert pool.totp("alice") == pool.totp("alice"), "looking at a code does not use it"
    for _ in range(3):
        assert sign_in_with_the_app()
    with pytest.raises(LookupError, match=r"'alice' has used every .* cognito\.clock\.advance\(30\)"):
        pool.totp("alice")
    for _ in range(3):
        mock_cognito.clock.advance(30)
        assert sign_in_with_the_app()


def test_an_authenticator_that_replaces_another_has_codes_of_its_own(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))
    for _ in range(2):
        access = answer(pool, sign_in(pool), "SOFTWARE_TOKEN_MFA_CODE", pool.totp("alice"))["AuthenticationResult"][
            "AccessToken"
        ]
    unsigned().associate_software_token(AccessToken=access)

    unsigned().verify_software_token(AccessToken=access, UserCode=pool.totp("alice"))

    assert answer(pool, sign_in(pool), "SOFTWARE_TOKEN_MFA_CODE", pool.totp("alice"))["AuthenticationResult"]


def test_the_one_time_code_is_that_of_rfc_6238(mock_cognito: MockCognito, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret and time of the RFC's appendix B, its eight digits cut to six."""
    from amplify_auth import _clock

    moment = datetime.datetime.fromtimestamp(1111111109, datetime.UTC)
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", mfa=("SOFTWARE_TOKEN_MFA",), totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    monkeypatch.setattr(_clock, "now", lambda: moment)

    assert pool.totp("alice") == "081804"


def test_the_one_time_code_of_an_authenticator_being_set_up(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD)
    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    unsigned().associate_software_token(AccessToken=access)

    verified = unsigned().verify_software_token(AccessToken=access, UserCode=pool.totp("alice"))

    assert verified["Status"] == "SUCCESS"


def test_asking_for_what_is_not_there_says_what_is(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice")
    with pytest.raises(LookupError, match="no code was sent to 'alice'; what was sent: nothing"):
        pool.code("alice")
    unsigned().forgot_password(ClientId=pool.client_id, Username="alice")
    with pytest.raises(LookupError, match="no code was sent for SignUp to 'alice'; what was sent: ForgotPassword"):
        pool.code("alice", "SignUp")
    with pytest.raises(LookupError, match="'alice' has no authenticator"):
        pool.totp("alice")
    for ask in (pool.code, pool.totp, pool.user, pool.confirm, pool.forget_devices):
        with pytest.raises(LookupError, match="no user 'zoe'"):
            ask("zoe")


def test_users_that_cannot_be_are_refused(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice")
    with pytest.raises(ValueError, match="has a user 'Alice' already"):
        pool.create_user("Alice")
    with pytest.raises(ValueError, match="not among mfa"):
        pool.create_user("bob", preferred="SMS_MFA")


def test_codes_expire_at_once(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    unsigned().sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "b@x.org"}],
    )

    pool.expire_codes()

    with refused("ExpiredCodeException"):
        unsigned().confirm_sign_up(ClientId=pool.client_id, Username="bob", ConfirmationCode=pool.code("bob"))


def test_sign_ins_under_way_expire_at_once(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    challenge = sign_in(pool)

    pool.expire_sessions()

    with refused("NotAuthorizedException"):
        answer(pool, challenge, "SMS_MFA_CODE", pool.code("alice"))


def test_refresh_tokens_expire_at_once(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD)
    token = sign_in(pool)["AuthenticationResult"]["RefreshToken"]

    def refresh():
        return unsigned().initiate_auth(
            ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )

    assert refresh()["AuthenticationResult"]
    pool.expire_refresh_tokens()
    with refused("NotAuthorizedException"):
        refresh()


def test_a_function_stands_for_a_lambda_trigger(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool()

    @pool.on("pre_sign_up")
    def confirm_at_once(event):
        assert event["userName"] == "bob"
        event["response"]["autoConfirmUser"] = True
        return event

    answered = unsigned().sign_up(ClientId=pool.client_id, Username="bob", Password=PASSWORD)

    assert answered["UserConfirmed"] is True
    assert confirm_at_once({"userName": "bob", "response": {}})["response"] == {"autoConfirmUser": True}


def test_a_trigger_cognito_does_not_have_is_refused(mock_cognito: MockCognito) -> None:
    with pytest.raises(ValueError, match="no trigger 'pre_signup': there are pre_sign_up"):
        mock_cognito.create_pool().on("pre_signup", lambda event: event)
