"""GetUser, GetUserAuthFactors, DeleteUser, UpdateAuthEventFeedback."""

from typing import Any

import pytest

from tests.support.signed_in_pool import PASSWORD, Pool, refused

FEEDBACK = {"Username": "alice", "EventId": "1", "FeedbackToken": "x", "FeedbackValue": "Valid"}


def members(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_get_user_has_no_key_for_what_is_not_set(pool: Pool) -> None:
    answer = members(pool.idp.get_user(AccessToken=pool.signed_in()))

    sub = answer["UserAttributes"][0]["Value"]
    assert answer == {
        "Username": "alice",
        "UserAttributes": [
            {"Name": "sub", "Value": sub},
            {"Name": "email", "Value": "alice@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ],
    }


def test_get_user_shows_what_the_client_may_read(pool: Pool) -> None:
    reader = pool.add_client(ReadAttributes=["email"])
    token = pool.token(pool.user(attributes={"email": "alice@example.com", "name": "Alice"}), reader)

    assert set(pool.attributes(token)) == {"sub", "email"}


def test_leniently_get_user_shows_everything(lenient: Any) -> None:
    """Suites written for plain moto list ReadAttributes for the ID token's sake and read all the same."""
    pool: Pool = lenient()
    reader = pool.add_client(ReadAttributes=["email"])
    token = pool.token(pool.user(attributes={"email": "alice@example.com", "name": "Alice"}), reader)

    assert set(pool.attributes(token)) == {"sub", "email", "name"}


def test_get_user_sees_what_an_administrator_changed(pool: Pool) -> None:
    token = pool.signed_in()
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id, Username="alice", UserAttributes=[{"Name": "name", "Value": "Alice"}]
    )

    assert pool.attributes(token)["name"] == "Alice"


def test_users_called_by_their_address_have_an_internal_name(make: Any) -> None:
    pool = make(UsernameAttributes=["email"])
    username = pool.user("alice@example.com", {})
    token = pool.token("alice@example.com")

    assert pool.idp.get_user(AccessToken=token)["Username"] == username == pool.attributes(token)["sub"]


def test_auth_factors_are_those_set_up_and_allowed(make: Any) -> None:
    factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    pool = make(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}})
    token = pool.signed_in()

    assert members(pool.idp.get_user_auth_factors(AccessToken=token)) == {
        "Username": "alice",
        "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP"],
    }


def test_auth_factors_leave_out_what_the_pool_does_not_allow(pool: Pool) -> None:
    answer = pool.idp.get_user_auth_factors(AccessToken=pool.signed_in())

    assert answer["ConfiguredUserAuthFactors"] == ["PASSWORD"]


def test_a_deleted_user_is_gone_for_everyone(pool: Pool) -> None:
    token = pool.signed_in()
    pool.idp.create_group(UserPoolId=pool.id, GroupName="staff")
    pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="alice", GroupName="staff")
    pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

    assert members(pool.idp.delete_user(AccessToken=token)) == {}

    assert pool.idp.list_users(UserPoolId=pool.id)["Users"] == []
    assert pool.idp.list_users_in_group(UserPoolId=pool.id, GroupName="staff")["Users"] == []
    with refused("UserNotFoundException", "User does not exist."):
        pool.start("alice")


def test_a_deleted_users_tokens_die_and_do_not_come_back_with_the_name(pool: Pool) -> None:
    pool.user()
    old = pool.sign_in()
    pool.idp.delete_user(AccessToken=old["AccessToken"])
    pool.user()

    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.idp.get_user(AccessToken=old["AccessToken"])
    with refused("NotAuthorizedException"):
        pool.idp.get_tokens_from_refresh_token(ClientId=pool.client.id, RefreshToken=old["RefreshToken"])
    assert pool.idp.get_user(AccessToken=pool.token())["Username"] == "alice"


def test_a_deleted_users_refresh_token_can_still_be_revoked(pool: Pool) -> None:
    """As amplify-js does after deleteUser."""
    pool.user()
    old = pool.sign_in()
    pool.idp.delete_user(AccessToken=old["AccessToken"])

    assert members(pool.idp.revoke_token(ClientId=pool.client.id, Token=old["RefreshToken"])) == {}


def test_a_deleted_users_sign_in_under_way_ends(pool: Pool) -> None:
    token = pool.signed_in()
    under_way = pool.idp.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client.id, AuthParameters={"USERNAME": "alice"}
    )
    pool.idp.delete_user(AccessToken=token)
    pool.user()

    with refused("NotAuthorizedException"):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.client.id,
            ChallengeName=under_way["ChallengeName"],
            Session=under_way["Session"],
            ChallengeResponses={"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        )


def test_the_end_of_a_user_gives_nobody_a_second_chance(pool: Pool) -> None:
    """A session that was spent stays so when some other user goes."""
    pool.user()
    leaving = pool.signed_in("bob")
    begun = pool.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=pool.client.id, AuthParameters={"USERNAME": "alice"})
    request = {
        "ClientId": pool.client.id,
        "ChallengeName": begun["ChallengeName"],
        "Session": begun["Session"],
        "ChallengeResponses": {"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
    }
    assert pool.idp.respond_to_auth_challenge(**request)["AuthenticationResult"]
    pool.idp.delete_user(AccessToken=leaving)

    with refused("NotAuthorizedException"):
        pool.idp.respond_to_auth_challenge(**request)


@pytest.mark.parametrize(("mode", "code"), [(None, "UserPoolAddOnNotEnabledException"), ("ENFORCED", None)])
def test_event_feedback_is_refused_by_name(make: Any, mode: str | None, code: str | None) -> None:
    pool = make(**({"UserPoolAddOns": {"AdvancedSecurityMode": mode}} if mode else {}))

    if code is not None:
        with refused(code):
            pool.idp.update_auth_event_feedback(UserPoolId=pool.id, **FEEDBACK)
    else:
        with pytest.raises(pool.idp.exceptions.UnsupportedOperationException, match="UpdateAuthEventFeedback"):
            pool.idp.update_auth_event_feedback(UserPoolId=pool.id, **FEEDBACK)
