"""A forgotten password, and one that is changed."""

from typing import Any

import pytest

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

NEW = "Another-h0rse!"


def forgot(bed: Bed, username: str = "alice") -> Any:
    return bed.idp.forgot_password(ClientId=bed.client_id, Username=username)["CodeDeliveryDetails"]


def confirm(bed: Bed, code: str, password: str = NEW, username: str = "alice") -> None:
    bed.idp.confirm_forgot_password(ClientId=bed.client_id, Username=username, ConfirmationCode=code, Password=password)


@pytest.fixture
def by_mail(make: Any) -> Bed:
    """Alice has a verified address and no phone number."""
    bed = make()
    bed.pool.create_user("alice", PASSWORD, attributes={"email": "alice@example.com", "phone_number_verified": "false"})
    return bed


def test_the_code_sets_a_new_password_once(by_mail: Bed) -> None:
    assert forgot(by_mail) == {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    code = by_mail.pool.code("alice", "ForgotPassword")
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        confirm(by_mail, "000000")
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        confirm(by_mail, code, "weak")
    confirm(by_mail, code)
    assert "AuthenticationResult" in by_mail.password(password=NEW)
    with refused("NotAuthorizedException"):
        by_mail.password()
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(by_mail, code, "Third-h0rse!")


def test_a_code_lives_an_hour(by_mail: Bed) -> None:
    forgot(by_mail)
    by_mail.cognito.clock.advance(3600)
    with refused("ExpiredCodeException"):
        confirm(by_mail, by_mail.pool.code("alice"))


def test_a_new_code_kills_the_old_one(by_mail: Bed) -> None:
    forgot(by_mail)
    old = by_mail.pool.code("alice")
    forgot(by_mail)
    with refused("CodeMismatchException"):
        confirm(by_mail, old)


def test_no_code_was_sent(by_mail: Bed) -> None:
    with refused("ExpiredCodeException"):
        confirm(by_mail, "123456")


def test_a_user_due_for_a_reset_is_confirmed_by_it(make: Any) -> None:
    bed = make()
    bed.pool.create_user("rita", PASSWORD, status="RESET_REQUIRED")
    forgot(bed, "rita")
    confirm(bed, bed.pool.code("rita"), username="rita")
    assert bed.pool.user("rita").status == "CONFIRMED"
    assert "AuthenticationResult" in bed.password("rita", NEW)


def test_without_a_recovery_setting_the_phone_comes_first(bed: Bed) -> None:
    assert forgot(bed)["DeliveryMedium"] == "SMS"


def test_the_recovery_setting_decides(make: Any) -> None:
    def pool(*names: str) -> Bed:
        mechanisms = [{"Priority": place + 1, "Name": name} for place, name in enumerate(names)]
        bed = make(users=("alice",), pool_options={"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}})
        assert isinstance(bed, Bed)
        return bed

    assert forgot(pool("verified_email", "verified_phone_number"))["DeliveryMedium"] == "EMAIL"
    assert forgot(pool("verified_phone_number"))["DeliveryMedium"] == "SMS"
    with refused("NotAuthorizedException", "Contact administrator to reset password."):
        forgot(pool("admin_only"))


def test_nothing_verified_means_no_recovery(bed: Bed) -> None:
    bed.pool.create_user("ute", PASSWORD, status="UNCONFIRMED")
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ):
        forgot(bed, "ute")


def test_a_temporary_password_cannot_be_forgotten(bed: Bed) -> None:
    bed.pool.create_user("fritz", PASSWORD, status="FORCE_CHANGE_PASSWORD")
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        forgot(bed, "fritz")


def test_unknown_users_named_or_hidden(make: Any) -> None:
    bed = make()
    with refused("UserNotFoundException", "Username/client id combination not found."):
        forgot(bed, "nobody")
    hidden = make(prevent_user_existence_errors=True)
    assert forgot(hidden, "nobody")["Destination"] == "n***@y***"
    assert forgot(hidden, "+15550001111")["Destination"] == "+*******1111"
    assert hidden.pool.outbox == ()
    with refused("CodeMismatchException"):
        confirm(hidden, "123456", username="nobody")


def test_users_who_cannot_get_a_code_named_or_hidden(make: Any) -> None:
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html"""
    for hides in (False, True):
        bed = make(prevent_user_existence_errors=hides, users=("alice",))
        bed.pool.create_user("ute", PASSWORD, status="UNCONFIRMED")
        bed.admin.admin_disable_user(UserPoolId=bed.pool.id, Username="alice")
        if hides:
            assert forgot(bed, "ute")["Destination"] == "u***@y***"
            assert forgot(bed, "alice")["Destination"] == "a***@y***"
            with refused("CodeMismatchException"):
                confirm(bed, "123456")
        else:
            with refused("InvalidParameterException"):
                forgot(bed, "ute")
            with refused("NotAuthorizedException", "User is disabled."):
                forgot(bed)
            with refused("NotAuthorizedException", "User is disabled."):
                confirm(bed, "123456")
        assert bed.pool.outbox == ()


def test_a_change_wants_the_old_password(bed: Bed) -> None:
    token = bed.tokens()["AccessToken"]

    def change(previous: str, proposed: str = NEW) -> None:
        bed.idp.change_password(AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed)

    with refused("NotAuthorizedException", "Incorrect username or password."):
        change("Wrong-h0rse!!")
    with refused("InvalidPasswordException"):
        change(PASSWORD, "weakling")
    change(PASSWORD)
    assert "AuthenticationResult" in bed.srp_sign_in(password=NEW)
    with refused("NotAuthorizedException"):
        bed.srp_sign_in()


def test_who_has_no_password_sets_a_first_one(bed: Bed) -> None:
    bed.pool.create_user("otto", None)
    session = bed.initiate("USER_AUTH", USERNAME="otto", PREFERRED_CHALLENGE="EMAIL_OTP")["Session"]
    reply = bed.respond("EMAIL_OTP", session, USERNAME="otto", EMAIL_OTP_CODE=bed.pool.code("otto"))
    bed.idp.change_password(AccessToken=reply["AuthenticationResult"]["AccessToken"], ProposedPassword=NEW)
    assert "AuthenticationResult" in bed.password("otto", NEW)


def test_the_history_forbids_the_last_passwords(make: Any) -> None:
    policy = {"MinimumLength": 8, "PasswordHistorySize": 2}
    bed = make(users=("alice",), password_policy=policy)
    token = bed.tokens()["AccessToken"]

    def change(previous: str, proposed: str) -> None:
        bed.idp.change_password(AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed)

    with refused("PasswordHistoryPolicyViolationException"):
        change(PASSWORD, PASSWORD)
    change(PASSWORD, "Second-h0rse!")
    with refused("PasswordHistoryPolicyViolationException"):
        change("Second-h0rse!", PASSWORD)
    change("Second-h0rse!", "Third-h0rse!!")
    change("Third-h0rse!!", PASSWORD)
