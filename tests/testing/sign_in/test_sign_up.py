"""Sign-up, its code, and what a pool wants of a new user."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from amplify_auth.testing._core.accounts import codes as _codes
from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused


def sign_up(bed: Bed, username: str = "bob", password: str | None = PASSWORD, **attributes: str) -> Any:
    listed = [{"Name": name.replace("__", ":"), "Value": value} for name, value in attributes.items()]
    more = {} if password is None else {"Password": password}
    return bed.idp.sign_up(ClientId=bed.client_id, Username=username, UserAttributes=listed, **more)


def confirm(bed: Bed, code: str, username: str = "bob", **more: Any) -> Any:
    return bed.idp.confirm_sign_up(ClientId=bed.client_id, Username=username, ConfirmationCode=code, **more)


def resend(bed: Bed, username: str = "bob") -> Any:
    return bed.idp.resend_confirmation_code(ClientId=bed.client_id, Username=username)


def test_a_new_user_is_unconfirmed_until_the_code_came_back(bed: Bed) -> None:
    reply = sign_up(bed, email="bob@example.com")
    assert reply["UserConfirmed"] is False
    assert reply["UserSub"] == bed.pool.user("bob").sub
    assert reply["CodeDeliveryDetails"] == {
        "Destination": "b***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    with refused("UserNotConfirmedException"):
        bed.password("bob")
    confirm(bed, bed.pool.code("bob"))
    assert bed.pool.user("bob").attributes["email_verified"] == "true"
    assert "AuthenticationResult" in bed.password("bob")


def test_the_phone_number_gets_the_code_where_it_is_to_be_verified(make: Any) -> None:
    bed = make(auto_verify=("email", "phone_number"))
    reply = sign_up(bed, email="bob@example.com", phone_number="+15550001111")
    assert reply["CodeDeliveryDetails"]["Destination"] == "+*******1111"
    assert bed.pool.outbox[-1].medium == "SMS"
    assert bed.pool.outbox[-1].destination == "+15550001111"


def test_without_anything_to_verify_no_code_is_sent(make: Any) -> None:
    bed = make(auto_verify=())
    assert "CodeDeliveryDetails" not in sign_up(bed, email="bob@example.com")
    assert bed.pool.outbox == ()


def test_a_wrong_code_leaves_the_right_one_usable(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        confirm(bed, "000000")
    confirm(bed, bed.pool.code("bob"))


def test_a_code_lives_a_day(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    bed.cognito.clock.advance(24 * 3600)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(bed, bed.pool.code("bob"))


def test_resending_kills_the_code_before(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    old = bed.pool.code("bob")
    assert resend(bed)["CodeDeliveryDetails"]["Destination"] == "b***@e***"
    new = bed.pool.code("bob")
    assert new != old
    with refused("CodeMismatchException"):
        confirm(bed, old)
    confirm(bed, new)


def test_a_code_is_its_own_users(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    sign_up(bed, "carol", email="carol@example.com")
    with refused("CodeMismatchException"):
        confirm(bed, bed.pool.code("carol"))


def test_a_code_is_good_once(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    code = bed.pool.code("bob")
    confirm(bed, code)
    user = bed.pool._pool.users["bob"]
    user.status = type(user.status).UNCONFIRMED
    with refused("ExpiredCodeException"):
        confirm(bed, code)


def test_codes_are_never_what_people_guess(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([123456, 0, 111111, 654321, 42])
    monkeypatch.setattr(_codes.secrets, "randbelow", lambda _: next(drawn))
    sign_up(bed, email="bob@example.com")
    assert bed.pool.code("bob") == "000042"


def test_codes_differ(bed: Bed) -> None:
    sign_up(bed, email="bob@example.com")
    codes = {bed.pool.code("bob")}
    for _ in range(20):
        resend(bed)
        codes.add(bed.pool.code("bob"))
    assert len(codes) > 15
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_a_confirmed_user_is_neither_confirmed_nor_sent_a_code(bed: Bed) -> None:
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        confirm(bed, "123456", "alice")
    with refused("InvalidParameterException", "User is already confirmed."):
        resend(bed, "alice")


def test_an_unknown_user(bed: Bed) -> None:
    for call in (lambda: confirm(bed, "123456", "nobody"), lambda: resend(bed, "nobody")):
        with refused("UserNotFoundException", "Username/client id combination not found."):
            call()


def test_hidden_users_get_simulated_answers(make: Any) -> None:
    bed = make(prevent_user_existence_errors=True)
    assert resend(bed, "nobody@example.com")["CodeDeliveryDetails"]["Destination"] == "n***@e***"
    assert bed.pool.outbox == ()
    with refused("ExpiredCodeException"):
        confirm(bed, "123456", "nobody")


def test_the_session_of_sign_up_is_checked(bed: Bed) -> None:
    first = sign_up(bed, email="bob@example.com")["Session"]
    second = sign_up(bed, "carol", email="carol@example.com")["Session"]
    with refused("NotAuthorizedException"):
        confirm(bed, bed.pool.code("bob"), Session=second)
    assert "Session" in confirm(bed, bed.pool.code("bob"), Session=first)


# -- names ------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_taken(bed: Bed) -> None:
    with refused("UsernameExistsException", "User already exists"):
        sign_up(bed, "alice")


def test_an_address_that_is_taken_where_it_is_the_name(make: Any) -> None:
    bed = make(username_attributes=("email",))
    reply = sign_up(bed, "bob@example.com")
    assert bed.pool.user("bob@example.com").username == reply["UserSub"]
    with refused("UsernameExistsException", "An account with the given email already exists."):
        sign_up(bed, "bob@example.com")


@pytest.mark.parametrize(
    ("called_by", "sentence"),
    [
        (("email",), "Username should be an email."),
        (("phone_number",), "Username should be a phone number."),
        (("email", "phone_number"), "Username should be either an email or a phone number."),
    ],
)
def test_a_name_of_the_wrong_form(make: Any, called_by: Any, sentence: str) -> None:
    with refused("InvalidParameterException", sentence):
        sign_up(make(username_attributes=called_by), "bob")


def test_an_address_is_no_username_where_it_is_an_alias(make: Any) -> None:
    with refused("InvalidParameterException"):
        sign_up(make(alias_attributes=("email",)), "bob@example.com")


def test_an_alias_that_is_taken_is_refused_or_moved(make: Any) -> None:
    bed = make(alias_attributes=("email",))
    bed.pool.create_user("old", PASSWORD, attributes={"email": "bob@example.com"})
    sign_up(bed, "new", email="bob@example.com")
    code = bed.pool.code("new")
    with refused("AliasExistsException", "An account with the given email already exists."):
        confirm(bed, code, "new")
    confirm(bed, code, "new", ForceAliasCreation=True)
    assert bed.pool.user("bob@example.com").username == "new"
    assert bed.pool.user("old").attributes["email_verified"] == "false"


# -- passwords and attributes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("Sh0rt!", "Password not long enough"),
        ("UPPER-H0RSE!", "Password must have lowercase characters"),
        ("lower-h0rse!", "Password must have uppercase characters"),
        ("Number-horse!", "Password must have numeric characters"),
        ("Symb0lhorse", "Password must have symbol characters"),
    ],
)
def test_a_password_against_the_policy(bed: Bed, password: str, complaint: str) -> None:
    with refused("InvalidPasswordException", f"Password did not conform with policy: {complaint}"):
        sign_up(bed, password=password)


def test_the_pools_own_policy_counts(make: Any) -> None:
    policy = {"MinimumLength": 6} | dict.fromkeys(
        ("RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"), False
    )
    assert sign_up(make(password_policy=policy), password="simple")["UserSub"]


def test_no_password_is_fine_only_where_there_are_other_first_factors(make: Any) -> None:
    assert sign_up(make(first_factors=("PASSWORD", "EMAIL_OTP")), password=None)["UserSub"]
    bed = make(first_factors=("PASSWORD",))
    sentence = "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null"
    with refused("InvalidParameterException", sentence):
        sign_up(bed, password=None)


def test_required_attributes_are_required(make: Any) -> None:
    bed = make(required_attributes=("email", "name"))
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: name: The attribute name is required",
    ):
        sign_up(bed, email="bob@example.com")
    assert sign_up(bed, email="bob@example.com", name="Bob")["UserSub"]


def test_attributes_the_pool_does_not_have_are_refused(make: Any) -> None:
    with refused("InvalidParameterException"):
        sign_up(make(), custom__tier="gold")
    assert sign_up(make(custom_attributes=("tier",)), custom__tier="gold")["UserSub"]


@pytest.mark.parametrize("name", ["sub", "email_verified", "phone_number_verified"])
def test_nobody_verifies_or_numbers_himself(bed: Bed, name: str) -> None:
    with pytest.raises(ClientError, match=r"cannot be updated|unauthorized attribute"):
        sign_up(bed, email="bob@example.com", **{name: "true"})


def test_malformed_numbers_and_addresses_are_refused(bed: Bed) -> None:
    with refused("InvalidParameterException", "Invalid phone number format."):
        sign_up(bed, phone_number="555 0001")
    with refused("InvalidParameterException", "Invalid email address format."):
        sign_up(bed, email="bob")


def test_a_pool_for_administrators_only(make: Any) -> None:
    bed = make(pool_options={"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(bed)


# -- the trigger ------------------------------------------------------------------------------------------------------


def test_a_trigger_can_confirm_and_verify(bed: Bed) -> None:
    seen: list[dict[str, Any]] = []

    @bed.pool.on("pre_sign_up")
    def confirm_all(event: dict[str, Any]) -> dict[str, Any]:
        seen.append(event)
        event["response"] = {"autoConfirmUser": True, "autoVerifyEmail": True}
        return event

    reply = bed.idp.sign_up(
        ClientId=bed.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
        ValidationData=[{"Name": "v", "Value": "1"}],
        ClientMetadata={"m": "2"},
    )
    assert reply["UserConfirmed"] is True
    assert "CodeDeliveryDetails" not in reply
    assert bed.pool.user("bob").attributes["email_verified"] == "true"
    (event,) = seen
    assert event["triggerSource"] == "PreSignUp_SignUp"
    assert event["userPoolId"] == bed.pool.id
    assert event["userName"] == "bob"
    assert event["callerContext"]["clientId"] == bed.client_id
    assert event["request"] == {
        "userAttributes": {"email": "bob@example.com"},
        "validationData": {"v": "1"},
        "clientMetadata": {"m": "2"},
    }


def test_a_trigger_that_raises_stops_the_sign_up(bed: Bed) -> None:
    @bed.pool.on("pre_sign_up")
    def refuse(event: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("Invitation needed")

    with refused("UserLambdaValidationException", "PreSignUp failed with error Invitation needed."):
        sign_up(bed)
    with pytest.raises(LookupError):
        bed.pool.user("bob")


def test_a_trigger_that_answers_nonsense_is_said_to(bed: Bed) -> None:
    bed.pool.on("pre_sign_up", lambda event: {"autoConfirmUser": True})
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        sign_up(bed)
