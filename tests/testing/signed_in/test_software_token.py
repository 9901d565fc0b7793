"""AssociateSoftwareToken and VerifySoftwareToken, signed in and in the middle of a sign-in."""

from typing import Any

import pytest

from amplify_auth.testing._core.crypto import totp
from tests.support.signed_in_pool import Pool, refused

REFUSED = "Code mismatch and fail enable Software Token MFA"
USED = "Your software token has already been used once."


def code(cognito: Any, secret: str, *, steps: int = 0) -> str:
    return totp.code_at(secret, cognito.clock.now.timestamp() + 30 * steps)


def wrong(cognito: Any, secret: str) -> str:
    right = {code(cognito, secret, steps=step) for step in range(-2, 3)}
    return next(guess for guess in map("{:06d}".format, range(10)) if guess not in right)


def test_each_user_gets_a_secret_of_their_own(pool: Pool) -> None:
    tokens = [pool.signed_in("alice"), pool.signed_in("bob")]

    secrets = {pool.idp.associate_software_token(AccessToken=token)["SecretCode"] for token in tokens}

    assert len(secrets) == 2


def test_with_an_access_token_there_is_no_session(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    associated = pool.idp.associate_software_token(AccessToken=token)
    verified = pool.idp.verify_software_token(
        AccessToken=token, UserCode=code(cognito, associated["SecretCode"]), FriendlyDeviceName="phone"
    )

    assert verified["Status"] == "SUCCESS"
    assert "Session" not in associated
    assert "Session" not in verified


def test_verifying_alone_turns_nothing_on(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, secret))

    assert "UserMFASettingList" not in pool.idp.get_user(AccessToken=token)
    assert "AuthenticationResult" in pool.start()


def test_a_wrong_code_is_refused_and_the_right_one_still_works(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]

    with refused("EnableSoftwareTokenMFAException", REFUSED):
        pool.idp.verify_software_token(AccessToken=token, UserCode=wrong(cognito, secret))

    assert pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, secret))["Status"] == "SUCCESS"


def test_another_users_code_is_refused(pool: Pool, cognito: Any) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    mine = pool.idp.associate_software_token(AccessToken=alice)["SecretCode"]
    other = pool.idp.associate_software_token(AccessToken=bob)["SecretCode"]
    if totp.matching_step(mine, code(cognito, other), cognito.clock.now.timestamp()) is not None:
        pytest.skip("the two random secrets give the same code now")

    with refused("EnableSoftwareTokenMFAException", REFUSED):
        pool.idp.verify_software_token(AccessToken=alice, UserCode=code(cognito, other))


def test_an_old_code_is_refused(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    old = code(cognito, secret)
    cognito.clock.advance(90)
    if totp.matching_step(secret, old, cognito.clock.now.timestamp()) is not None:
        pytest.skip("the old code is that of now by chance")

    with refused("EnableSoftwareTokenMFAException", REFUSED):
        pool.idp.verify_software_token(AccessToken=token, UserCode=old)


def test_verifying_what_was_never_begun_is_refused(pool: Pool) -> None:
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."):
        pool.idp.verify_software_token(AccessToken=pool.signed_in(), UserCode="123456")


@pytest.mark.parametrize("digits", ["12345", "1234567", "12345a", ""])
def test_what_is_not_six_digits_is_refused(pool: Pool, digits: str) -> None:
    token = pool.signed_in()
    pool.idp.associate_software_token(AccessToken=token)

    with refused("InvalidParameterException"):
        pool.idp.verify_software_token(AccessToken=token, UserCode=digits)


def test_the_old_secret_works_until_the_new_one_is_verified(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    first = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, first))
    pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})

    second = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    cognito.clock.advance(30)
    assert sign_in(pool, code(cognito, first))
    pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, second))

    cognito.clock.advance(30)
    assert sign_in(pool, code(cognito, second))
    if code(cognito, first) != code(cognito, second):
        with refused("CodeMismatchException"):
            sign_in(pool, code(cognito, first))


def test_a_new_secret_starts_afresh(pool: Pool, cognito: Any) -> None:
    """Its first code is good, however new the one that the old secret was last used with."""
    token = pool.signed_in()
    first = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, first, steps=1))
    pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})

    second = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    pool.idp.verify_software_token(AccessToken=token, UserCode=code(cognito, second, steps=-1))

    assert sign_in(pool, code(cognito, second))


def test_the_code_that_verified_signs_nobody_in(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    used, following = code(cognito, secret), code(cognito, secret, steps=1)
    pool.idp.verify_software_token(AccessToken=token, UserCode=used)
    pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})

    with refused("ExpiredCodeException", USED):
        sign_in(pool, used)

    assert sign_in(pool, following)


def sign_in(pool: Pool, digits: str) -> dict[str, Any]:
    begun = pool.start()
    assert begun["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer: dict[str, Any] = pool.idp.respond_to_auth_challenge(
        ClientId=pool.client.id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=begun["Session"],
        ChallengeResponses={"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": digits},
    )["AuthenticationResult"]
    return answer


def test_a_pool_without_totp_has_none_to_set_up(make: Any) -> None:
    pool: Pool = make()

    with refused("SoftwareTokenMFANotFoundException"):
        pool.idp.associate_software_token(AccessToken=pool.signed_in())


def test_leniently_a_pool_needs_no_setting_for_totp(lenient: Any) -> None:
    """As suites written for plain moto have it."""
    pool: Pool = lenient()

    assert pool.idp.associate_software_token(AccessToken=pool.signed_in())["SecretCode"]


@pytest.fixture
def demanding(make: Any) -> Pool:
    """A pool that demands MFA and has TOTP only."""
    pool: Pool = make(mfa={"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}})
    pool.user(attributes={})
    return pool


def set_up(pool: Pool) -> str:
    begun = pool.start()
    assert begun["ChallengeName"] == "MFA_SETUP"
    return str(begun["Session"])


def finish(pool: Pool, session: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.idp.respond_to_auth_challenge(
        ClientId=pool.client.id,
        ChallengeName="MFA_SETUP",
        Session=session,
        ChallengeResponses={"USERNAME": "alice"},
    )
    return answer


def test_set_up_within_a_sign_in_ends_with_tokens_and_totp_on(demanding: Pool, cognito: Any) -> None:
    associated = demanding.idp.associate_software_token(Session=set_up(demanding))
    with refused("EnableSoftwareTokenMFAException", REFUSED):
        demanding.idp.verify_software_token(
            Session=associated["Session"], UserCode=wrong(cognito, associated["SecretCode"])
        )
    used = code(cognito, associated["SecretCode"])
    verified = demanding.idp.verify_software_token(Session=associated["Session"], UserCode=used)

    token = finish(demanding, verified["Session"])["AuthenticationResult"]["AccessToken"]

    user = demanding.idp.get_user(AccessToken=token)
    assert (user["UserMFASettingList"], user["PreferredMfaSetting"]) == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")
    with refused("ExpiredCodeException", USED):
        sign_in(demanding, used)
    cognito.clock.advance(30)
    assert sign_in(demanding, code(cognito, associated["SecretCode"]))


def test_each_step_of_the_set_up_has_its_own_session(demanding: Pool, cognito: Any) -> None:
    begun = set_up(demanding)
    associated = demanding.idp.associate_software_token(Session=begun)
    with refused("NotAuthorizedException"):
        demanding.idp.associate_software_token(Session=begun)
    verified = demanding.idp.verify_software_token(
        Session=associated["Session"], UserCode=code(cognito, associated["SecretCode"])
    )
    assert len({begun, associated["Session"], verified["Session"]}) == 3
    with refused("NotAuthorizedException"):
        demanding.idp.verify_software_token(
            Session=associated["Session"], UserCode=code(cognito, associated["SecretCode"])
        )


def test_the_set_up_cannot_be_finished_unverified(demanding: Pool) -> None:
    begun = set_up(demanding)
    associated = demanding.idp.associate_software_token(Session=begun)

    with refused("NotAuthorizedException"):
        finish(demanding, associated["Session"])


def test_the_set_up_ends_with_its_user(demanding: Pool) -> None:
    begun = set_up(demanding)
    associated = demanding.idp.associate_software_token(Session=begun)
    demanding.idp.admin_delete_user(UserPoolId=demanding.id, Username="alice")

    with refused("UserNotFoundException"):
        demanding.idp.verify_software_token(Session=associated["Session"], UserCode="123456")


def test_the_set_up_expires(demanding: Pool, cognito: Any) -> None:
    begun = set_up(demanding)
    cognito.clock.advance(3 * 60 + 1)

    with refused("NotAuthorizedException"):
        demanding.idp.associate_software_token(Session=begun)


def test_a_session_for_another_challenge_is_refused(demanding: Pool) -> None:
    """On plain moto a bare SRP start and MFA_SETUP signed anybody in without a password."""
    begun = demanding.idp.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=demanding.client.id, AuthParameters={"USERNAME": "alice"}
    )

    with refused("NotAuthorizedException"):
        demanding.idp.associate_software_token(Session=begun["Session"])


@pytest.mark.parametrize("given", [{}, {"AccessToken": "t", "Session": "s" * 20}])
def test_exactly_one_of_token_and_session_is_needed(pool: Pool, given: dict[str, str]) -> None:
    if given:
        given = given | {"AccessToken": pool.signed_in()}

    with refused("InvalidParameterException"):
        pool.idp.associate_software_token(**given)
    with refused("InvalidParameterException"):
        pool.idp.verify_software_token(UserCode="123456", **given)
