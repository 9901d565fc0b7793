"""Second factors: asked for, chosen, set up, and never passed over."""

import json
from typing import Any

import pytest

from amplify_auth.testing._core.crypto import totp
from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def optional(make: Any) -> Bed:
    bed = make(mfa="OPTIONAL")
    users: dict[str, tuple[str, ...]] = {
        "sms": ("SMS_MFA",),
        "totp": ("SOFTWARE_TOKEN_MFA",),
        "mail": ("EMAIL_OTP",),
        "all": ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"),
        "none": (),
    }
    for name, methods in users.items():
        bed.pool.create_user(name, PASSWORD, attributes={"phone_number": "+15551234567"}, mfa=methods)
    assert isinstance(bed, Bed)
    return bed


def test_who_has_no_second_factor_needs_none_where_it_is_optional(optional: Bed) -> None:
    assert "AuthenticationResult" in optional.password("none")


def test_sms(optional: Bed) -> None:
    reply = optional.srp_sign_in("sms")
    assert reply["ChallengeName"] == "SMS_MFA"
    assert reply["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*******4567",
        "USER_ID_FOR_SRP": "sms",
    }
    code = optional.pool.code("sms", "SMS_MFA")
    assert len(code) == 6
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        optional.respond("SMS_MFA", reply["Session"], USERNAME="sms", SMS_MFA_CODE="000000")
    done = optional.respond("SMS_MFA", reply["Session"], USERNAME="sms", SMS_MFA_CODE=code)
    assert "AuthenticationResult" in done
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        optional.respond("SMS_MFA", reply["Session"], USERNAME="sms", SMS_MFA_CODE=code)


def test_an_sms_code_that_expired(optional: Bed) -> None:
    session = optional.password("sms")["Session"]
    optional.pool.expire_codes()
    with refused("ExpiredCodeException"):
        optional.respond("SMS_MFA", session, USERNAME="sms", SMS_MFA_CODE=optional.pool.code("sms"))


def test_a_code_belongs_to_the_sign_in_it_was_sent_for(optional: Bed) -> None:
    first, second = optional.password("sms"), optional.password("sms")
    code = optional.pool.code("sms")
    with refused("CodeMismatchException"):
        optional.respond("SMS_MFA", first["Session"], USERNAME="sms", SMS_MFA_CODE=code)
    assert "AuthenticationResult" in optional.respond("SMS_MFA", second["Session"], USERNAME="sms", SMS_MFA_CODE=code)


def test_totp(optional: Bed) -> None:
    reply = optional.password("totp")
    assert reply["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert reply["ChallengeParameters"] == {"USER_ID_FOR_SRP": "totp", "FRIENDLY_DEVICE_NAME": "TOTP device"}

    def answer(code: str) -> Any:
        return optional.respond("SOFTWARE_TOKEN_MFA", reply["Session"], USERNAME="totp", SOFTWARE_TOKEN_MFA_CODE=code)

    for wrong in ("000000", "", "1", optional.pool.totp("all")):
        if wrong:
            with refused("CodeMismatchException", "Invalid code received for user"):
                answer(wrong)
    assert "AuthenticationResult" in answer(optional.pool.totp("totp"))


def test_a_totp_code_of_minutes_ago_is_refused(optional: Bed) -> None:
    session, code = optional.password("totp")["Session"], optional.pool.totp("totp")
    optional.cognito.clock.advance(120)
    with refused("CodeMismatchException"):
        optional.respond("SOFTWARE_TOKEN_MFA", session, USERNAME="totp", SOFTWARE_TOKEN_MFA_CODE=code)


def test_a_totp_code_is_good_once(optional: Bed) -> None:
    """The question stays: an answer with a newer code is accepted."""
    optional.pool.create_user("bob", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",), totp_secret=SECRET)
    optional.cognito.clock.advance(30 - optional.cognito.clock.now.timestamp() % 30)
    moment = optional.cognito.clock.now.timestamp()
    before, now, after = (totp.code_at(SECRET, moment + 30 * step) for step in (-1, 0, 1))

    def answer(session: str, code: str) -> Any:
        return optional.respond("SOFTWARE_TOKEN_MFA", session, USERNAME="bob", SOFTWARE_TOKEN_MFA_CODE=code)

    assert "AuthenticationResult" in answer(optional.password("bob")["Session"], now)
    session = optional.password("bob")["Session"]
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        answer(session, now)
    assert "AuthenticationResult" in answer(session, after)
    session = optional.password("bob")["Session"]
    for used in (now, after):
        with refused("ExpiredCodeException"):
            answer(session, used)
    assert "AuthenticationResult" in answer(session, before)


def test_what_was_refused_uses_no_totp_code_up(optional: Bed) -> None:
    code, spent = optional.pool.totp("totp"), optional.password("totp")["Session"]
    optional.pool.expire_sessions()
    with refused("NotAuthorizedException"):
        optional.respond("SOFTWARE_TOKEN_MFA", spent, USERNAME="totp", SOFTWARE_TOKEN_MFA_CODE=code)
    session = optional.password("totp")["Session"]
    assert "AuthenticationResult" in optional.respond(
        "SOFTWARE_TOKEN_MFA", session, USERNAME="totp", SOFTWARE_TOKEN_MFA_CODE=code
    )


def test_email(optional: Bed) -> None:
    reply = optional.password("mail")
    assert reply["ChallengeName"] == "EMAIL_OTP"
    assert reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "m***@e***"
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        optional.respond("EMAIL_OTP", reply["Session"], USERNAME="mail", EMAIL_OTP_CODE="00000000")
    code = optional.pool.code("mail", "EMAIL_OTP")
    assert "AuthenticationResult" in optional.respond(
        "EMAIL_OTP", reply["Session"], USERNAME="mail", EMAIL_OTP_CODE=code
    )


@pytest.mark.parametrize(
    ("answer", "challenge"),
    [
        ("SMS_MFA", "SMS_MFA"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("EMAIL_MFA", "EMAIL_OTP"),
    ],
)
def test_several_and_none_preferred_means_a_choice(optional: Bed, answer: str, challenge: str) -> None:
    reply = optional.srp_sign_in("all")
    assert reply["ChallengeName"] == "SELECT_MFA_TYPE"
    offered = reply["ChallengeParameters"]["MFAS_CAN_CHOOSE"]
    assert json.loads(offered) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
    with refused("InvalidParameterException"):
        optional.respond("SELECT_MFA_TYPE", reply["Session"], USERNAME="all", ANSWER="PIGEON")
    chosen = optional.respond("SELECT_MFA_TYPE", reply["Session"], USERNAME="all", ANSWER=answer)
    assert chosen["ChallengeName"] == challenge
    assert chosen["Session"] != reply["Session"]


def test_the_preferred_one_is_asked_for(optional: Bed) -> None:
    optional.admin.admin_set_user_mfa_preference(
        UserPoolId=optional.pool.id, Username="all", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    assert optional.password("all")["ChallengeName"] == "SMS_MFA"


def test_an_answer_to_one_challenge_is_none_to_another(optional: Bed) -> None:
    session, code = optional.password("sms")["Session"], optional.pool.code("sms")
    with refused("NotAuthorizedException"):
        optional.respond("EMAIL_OTP", session, USERNAME="sms", EMAIL_OTP_CODE=code)
    with refused("NotAuthorizedException"):
        optional.respond("SOFTWARE_TOKEN_MFA", session, USERNAME="sms", SOFTWARE_TOKEN_MFA_CODE=code)


def test_where_mfa_is_off_nobody_is_asked(make: Any) -> None:
    bed = make(mfa="OFF")
    bed.pool.create_user("sms", PASSWORD, mfa=("SMS_MFA",))
    assert "AuthenticationResult" in bed.password("sms")


# -- required ---------------------------------------------------------------------------------------------------------


def newcomer(bed: Bed) -> Bed:
    bed.pool.create_user("new", PASSWORD, attributes={"email_verified": "false", "phone_number_verified": "false"})
    return bed


def test_where_it_is_required_totp_is_set_up_on_the_way(make: Any) -> None:
    bed = newcomer(make(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",)))
    reply = bed.srp_sign_in("new")
    assert reply["ChallengeName"] == "MFA_SETUP"
    assert reply["ChallengeParameters"] == {"USER_ID_FOR_SRP": "new", "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}
    with refused("NotAuthorizedException"):
        bed.respond("MFA_SETUP", reply["Session"], USERNAME="new")
    begun = bed.idp.associate_software_token(Session=reply["Session"])
    with refused("NotAuthorizedException"):
        bed.respond("MFA_SETUP", begun["Session"], USERNAME="new")
    with refused("EnableSoftwareTokenMFAException"):
        bed.idp.verify_software_token(Session=begun["Session"], UserCode="000000")
    verified = bed.idp.verify_software_token(Session=begun["Session"], UserCode=bed.pool.totp("new"))
    done = bed.respond("MFA_SETUP", verified["Session"], USERNAME="new")
    user = bed.idp.get_user(AccessToken=done["AuthenticationResult"]["AccessToken"])
    assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert user["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    assert bed.password("new")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_verified_authenticator_is_asked_for_though_its_set_up_was_never_answered(make: Any) -> None:
    bed = newcomer(make(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",)))
    begun = bed.idp.associate_software_token(Session=bed.password("new")["Session"])
    assert bed.password("new")["ChallengeName"] == "MFA_SETUP"
    bed.idp.verify_software_token(Session=begun["Session"], UserCode=bed.pool.totp("new"))
    assert bed.password("new")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_an_srp_start_is_no_way_to_a_set_up(make: Any) -> None:
    bed = newcomer(make(mfa="ON"))
    _, parameters = bed.srp_start("new")
    for session in (parameters["SECRET_BLOCK"], "made-up-made-up-made-up"):
        with refused("NotAuthorizedException"):
            bed.respond("MFA_SETUP", session, USERNAME="new")
        with refused("NotAuthorizedException"):
            bed.respond("NEW_PASSWORD_REQUIRED", session, USERNAME="new", NEW_PASSWORD="Hijack-h0rse!")
        with refused("NotAuthorizedException"):
            bed.idp.associate_software_token(Session=session)


def test_a_session_of_verify_is_good_once(make: Any) -> None:
    bed = newcomer(make(mfa="ON"))
    begun = bed.idp.associate_software_token(Session=bed.password("new")["Session"])
    verified = bed.idp.verify_software_token(Session=begun["Session"], UserCode=bed.pool.totp("new"))["Session"]
    bed.respond("MFA_SETUP", verified, USERNAME="new")
    with refused("NotAuthorizedException"):
        bed.respond("MFA_SETUP", verified, USERNAME="new")


def test_email_is_set_up_by_a_code_to_the_new_address(make: Any) -> None:
    bed = newcomer(make(mfa="ON", mfa_methods=("EMAIL_OTP",)))
    session = bed.password("new")["Session"]
    reply = bed.respond("MFA_SETUP", session, USERNAME="new", EMAIL="fresh@example.com")
    assert reply["ChallengeName"] == "EMAIL_OTP"
    assert reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "f***@e***"
    assert bed.pool.outbox[-1].destination == "fresh@example.com"
    done = bed.respond("EMAIL_OTP", reply["Session"], USERNAME="new", EMAIL_OTP_CODE=bed.pool.code("new"))
    assert "AuthenticationResult" in done
    assert bed.pool.user("new").attributes["email"] == "fresh@example.com"
    assert bed.pool.user("new").attributes["email_verified"] == "true"


def test_a_verified_number_counts_as_set_up_where_mfa_is_required(make: Any) -> None:
    bed = make(mfa="ON", mfa_methods=("SMS_MFA",))
    bed.pool.create_user("alice", PASSWORD)
    assert bed.password()["ChallengeName"] == "SMS_MFA"


# -- a new password first ---------------------------------------------------------------------------------------------


@pytest.fixture
def forced(make: Any) -> Bed:
    bed = make(required_attributes=("email", "name"), custom_attributes=("tier",))
    bed.pool.create_user("fritz", PASSWORD, status="FORCE_CHANGE_PASSWORD", attributes={"email": "fritz@example.com"})
    assert isinstance(bed, Bed)
    return bed


def test_a_temporary_password_is_replaced_and_missing_attributes_given(forced: Bed) -> None:
    reply = forced.srp_sign_in("fritz")
    assert reply["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    parameters = reply["ChallengeParameters"]
    assert parameters["USER_ID_FOR_SRP"] == "fritz"
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
    known = json.loads(parameters["userAttributes"])
    assert known["email"] == "fritz@example.com"
    assert "sub" not in known

    def answer(password: str = "Another-h0rse!", **attributes: str) -> Any:
        given = {f"userAttributes.{name}": value for name, value in attributes.items()}
        return forced.respond(
            "NEW_PASSWORD_REQUIRED", reply["Session"], USERNAME="fritz", NEW_PASSWORD=password, **given
        )

    with refused("InvalidParameterException", "Invalid attributes given, name is missing"):
        answer()
    with refused("InvalidPasswordException"):
        answer("weak", name="Fritz")
    with refused("NotAuthorizedException"):
        answer(name="Fritz", email="other@example.com")
    assert forced.pool.user("fritz").status == "FORCE_CHANGE_PASSWORD"
    assert "AuthenticationResult" in answer(name="Fritz")
    assert forced.pool.user("fritz").status == "CONFIRMED"
    assert forced.pool.user("fritz").attributes["name"] == "Fritz"
    assert "AuthenticationResult" in forced.password("fritz", "Another-h0rse!")
    with refused("NotAuthorizedException"):
        forced.password("fritz")


def test_after_the_new_password_comes_the_second_factor(make: Any) -> None:
    bed = make(mfa="OPTIONAL")
    bed.pool.create_user("fritz", PASSWORD, status="FORCE_CHANGE_PASSWORD", mfa=("SMS_MFA",))
    session = bed.password("fritz")["Session"]
    reply = bed.respond("NEW_PASSWORD_REQUIRED", session, USERNAME="fritz", NEW_PASSWORD="Another-h0rse!")
    assert reply["ChallengeName"] == "SMS_MFA"


def test_a_user_an_administrator_created_with_boto3(make: Any) -> None:
    bed = make()
    bed.admin.admin_create_user(UserPoolId=bed.pool.id, Username="fritz", TemporaryPassword=PASSWORD)
    assert bed.password("fritz")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_pycognito_replaces_a_temporary_password_and_passes_sms(make: Any) -> None:
    bed = make()
    bed.pool.create_user("fritz", PASSWORD, status="FORCE_CHANGE_PASSWORD")
    result = bed.srp("fritz").set_new_password_challenge("Another-h0rse!")
    assert "AccessToken" in result["AuthenticationResult"]
