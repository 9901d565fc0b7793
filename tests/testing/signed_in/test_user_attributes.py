"""UpdateUserAttributes, DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute."""

from typing import Any

import pytest

from tests.support.signed_in_pool import Client, Pool, refused

WRONG = "Invalid verification code provided, please try again."
EXPIRED = "Invalid code provided, please request a code again."
SENT = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"}


def update(pool: Pool, token: str, **attributes: str) -> list[dict[str, str]]:
    listed = [{"Name": name.replace("__", ":"), "Value": value} for name, value in attributes.items()]
    answer = pool.idp.update_user_attributes(AccessToken=token, UserAttributes=listed)
    details: list[dict[str, str]] = answer["CodeDeliveryDetailsList"]
    return details


def verify(pool: Pool, token: str, code: str, name: str = "email") -> None:
    pool.idp.verify_user_attribute(AccessToken=token, AttributeName=name, Code=code)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10**6).zfill(6)


def test_a_plain_attribute_changes_at_once(pool: Pool) -> None:
    token = pool.signed_in()

    assert update(pool, token, name="Alice", nickname="Al") == []

    assert pool.attributes(token).items() >= {"name": "Alice", "nickname": "Al"}.items()
    assert pool.outbox() == []


def test_a_new_address_counts_at_once_but_unverified_until_its_code(pool: Pool) -> None:
    token = pool.signed_in()

    assert update(pool, token, email="new@example.com") == [SENT]
    assert pool.attributes(token).items() >= {"email": "new@example.com", "email_verified": "false"}.items()

    assert [message.destination for message in pool.outbox()] == ["new@example.com"]
    verify(pool, token, pool.code("alice", "Verify:email"))
    assert pool.attributes(token)["email_verified"] == "true"


def test_a_new_phone_number_that_the_pool_does_not_verify_gets_no_code(pool: Pool) -> None:
    token = pool.signed_in()

    assert update(pool, token, phone_number="+15550001111") == []

    assert pool.attributes(token)["phone_number_verified"] == "false"
    assert pool.outbox() == []


def test_the_same_address_again_gets_no_code_and_stays_verified(pool: Pool) -> None:
    token = pool.signed_in()

    assert update(pool, token, email="alice@example.com") == []

    assert pool.attributes(token)["email_verified"] == "true"


@pytest.fixture
def careful(make: Any) -> Pool:
    """A pool where a new address waits for its code."""
    pool: Pool = make(
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
    )
    return pool


def test_a_pending_address_becomes_the_address_by_its_code(careful: Pool) -> None:
    token = careful.signed_in()

    assert update(careful, token, email="new@example.com") == [SENT]
    before = {"email": "alice@example.com", "email_verified": "true"}
    assert careful.attributes(token).items() >= before.items()

    verify(careful, token, careful.code("alice", "Verify:email"))
    assert careful.attributes(token).items() >= (before | {"email": "new@example.com"}).items()


def test_the_address_itself_is_never_pending_and_ends_what_is(careful: Pool) -> None:
    token = careful.signed_in()
    update(careful, token, email="new@example.com")
    code = careful.code("alice", "Verify:email")

    assert update(careful, token, email="alice@example.com") == []

    assert careful.attributes(token)["email_verified"] == "true"
    with refused("ExpiredCodeException", EXPIRED):
        verify(careful, token, code)
    assert careful.attributes(token)["email"] == "alice@example.com"


def test_the_address_itself_hides_no_later_one(careful: Pool) -> None:
    token = careful.signed_in()
    update(careful, token, email="alice@example.com")
    changed = [{"Name": "email", "Value": "new@example.com"}]
    careful.idp.admin_update_user_attributes(UserPoolId=careful.id, Username="alice", UserAttributes=changed)

    answer = careful.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

    assert answer["CodeDeliveryDetails"] == SENT


def test_a_pending_address_can_be_sent_another_code(careful: Pool) -> None:
    token = careful.signed_in()
    update(careful, token, email="new@example.com")
    first = careful.code("alice", "Verify:email")

    answer = careful.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

    assert answer["CodeDeliveryDetails"] == SENT
    second = careful.code("alice", "Verify:email")
    if first != second:
        with refused("CodeMismatchException", WRONG):
            verify(careful, token, first)
    verify(careful, token, second)
    assert careful.attributes(token)["email"] == "new@example.com"


@pytest.mark.parametrize("name", ["custom__colour", "colour"])
def test_an_attribute_that_is_not_in_the_schema_is_refused(pool: Pool, name: str) -> None:
    token = pool.signed_in()

    with refused("InvalidParameterException"):
        update(pool, token, **{name: "red", "nickname": "Al"})

    assert "nickname" not in pool.attributes(token)


@pytest.mark.parametrize("name", ["sub", "custom__fixed"])
def test_an_immutable_attribute_is_refused(make: Any, name: str) -> None:
    schema = [{"Name": "fixed", "AttributeDataType": "String", "Mutable": False}]
    pool: Pool = make(Schema=[*schema, {"Name": "sub", "AttributeDataType": "String", "Mutable": False}])
    token = pool.signed_in()
    before = pool.attributes(token)

    with refused("InvalidParameterException"):
        update(pool, token, **{name: "other"})

    assert pool.attributes(token) == before


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified"])
def test_nobody_verifies_an_address_by_saying_so(pool: Pool, name: str) -> None:
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        update(pool, pool.signed_in(), **{name: "true"})


def test_an_attribute_the_client_may_not_write_is_refused(pool: Pool) -> None:
    writer: Client = pool.add_client(WriteAttributes=["nickname"])
    token = pool.token(pool.user(), writer)
    update(pool, token, nickname="Al")

    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        update(pool, token, name="Alice")


@pytest.mark.parametrize(("name", "value"), [("email", "no address"), ("phone_number", "0551234567")])
def test_a_malformed_address_is_refused(pool: Pool, name: str, value: str) -> None:
    with refused("InvalidParameterException"):
        update(pool, pool.signed_in(), **{name: value})


def test_an_address_that_is_another_users_name_is_refused(make: Any) -> None:
    pool: Pool = make(UsernameAttributes=["email"])
    pool.user("bob@example.com", {})
    pool.user("alice@example.com", {})
    token = pool.token("alice@example.com")

    with refused("AliasExistsException"):
        update(pool, token, email="bob@example.com")

    assert pool.attributes(token)["email"] == "alice@example.com"


def test_an_address_that_is_no_name_may_be_shared(pool: Pool) -> None:
    pool.user("new@example.com", {"email": "new@example.com", "email_verified": "true"})
    token = pool.signed_in()

    assert update(pool, token, email="new@example.com") == [SENT]

    assert pool.attributes(token)["email"] == "new@example.com"


def test_an_alias_another_user_verified_meanwhile_is_refused(make: Any) -> None:
    pool: Pool = make(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    token = pool.signed_in()
    update(pool, token, email="new@example.com")
    pool.user("bob", {"email": "new@example.com", "email_verified": "true"})

    with refused("AliasExistsException"):
        verify(pool, token, pool.code("alice", "Verify:email"))


def test_a_blank_value_deletes(pool: Pool) -> None:
    token = pool.signed_in()
    update(pool, token, name="Alice")

    update(pool, token, name="")

    assert "name" not in pool.attributes(token)


def test_deleted_attributes_are_gone_with_their_verification(pool: Pool) -> None:
    token = pool.signed_in()
    update(pool, token, name="Alice")

    pool.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name", "email", "nickname"])

    assert set(pool.attributes(token)) == {"sub"}


@pytest.mark.parametrize("name", ["sub", "custom:colour"])
def test_what_cannot_be_written_cannot_be_deleted(pool: Pool, name: str) -> None:
    token = pool.signed_in()

    with refused("InvalidParameterException"):
        pool.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=[name])


def test_a_required_attribute_cannot_be_deleted(make: Any) -> None:
    pool: Pool = make(Schema=[{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}])
    token = pool.signed_in()

    with refused("InvalidParameterException"):
        pool.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["email"])
    with refused("InvalidParameterException"):
        update(pool, token, email="")


def test_a_required_attribute_that_was_never_there_hinders_nothing(make: Any) -> None:
    """As users have it that an administrator made."""
    schema = [
        {"Name": name, "AttributeDataType": "String", "Required": required, "Mutable": True}
        for name, required in (("email", False), ("name", True))
    ]
    pool: Pool = make(Schema=schema)
    token = pool.signed_in()

    pool.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["email"])

    assert set(pool.attributes(token)) == {"sub"}


@pytest.mark.parametrize(
    ("name", "details"),
    [
        ("email", {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}),
        ("phone_number", {"AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******1111"}),
    ],
)
def test_a_code_goes_to_the_attribute_asked_for(pool: Pool, name: str, details: dict[str, str]) -> None:
    token = pool.token(pool.user(attributes={"email": "alice@example.com", "phone_number": "+15550001111"}))

    answer = pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName=name)

    assert answer["CodeDeliveryDetails"] == details
    verify(pool, token, pool.code("alice", f"Verify:{name}"), name)
    assert pool.attributes(token)[f"{name}_verified"] == "true"


def test_a_verified_address_can_be_verified_again(pool: Pool) -> None:
    token = pool.signed_in()
    pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

    verify(pool, token, pool.code("alice", "Verify:email"))

    assert pool.attributes(token)["email_verified"] == "true"


@pytest.mark.parametrize("name", ["name", "custom:colour"])
def test_only_addresses_and_numbers_can_be_verified(pool: Pool, name: str) -> None:
    token = pool.signed_in()

    with refused("InvalidParameterException"):
        pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName=name)
    with refused("InvalidParameterException"):
        verify(pool, token, "123456", name)


def test_no_code_goes_to_a_number_the_user_does_not_have(pool: Pool) -> None:
    with refused("InvalidParameterException"):
        pool.idp.get_user_attribute_verification_code(AccessToken=pool.signed_in(), AttributeName="phone_number")

    assert pool.outbox() == []


def test_a_wrong_code_is_refused_and_the_right_one_still_works(pool: Pool) -> None:
    token = pool.signed_in()
    update(pool, token, email="new@example.com")
    code = pool.code("alice", "Verify:email")

    with refused("CodeMismatchException", WRONG):
        verify(pool, token, wrong(code))
    assert pool.attributes(token)["email_verified"] == "false"

    verify(pool, token, code)
    assert pool.attributes(token)["email_verified"] == "true"


def test_a_used_code_is_refused(pool: Pool) -> None:
    token = pool.signed_in()
    update(pool, token, email="new@example.com")
    code = pool.code("alice", "Verify:email")
    verify(pool, token, code)

    with refused("ExpiredCodeException", EXPIRED):
        verify(pool, token, code)


def test_a_code_lives_a_day(pool: Pool, cognito: Any) -> None:
    long = pool.add_client(AccessTokenValidity=24, RefreshTokenValidity=30)
    token = pool.token(pool.user(), long)
    update(pool, token, email="new@example.com")
    code = pool.code("alice", "Verify:email")
    cognito.clock.advance(24 * 3600)
    token = pool.token(client=long)

    with refused("ExpiredCodeException", EXPIRED):
        verify(pool, token, code)


def test_a_code_for_what_the_address_was_before_is_refused(pool: Pool) -> None:
    token = pool.signed_in()
    pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = pool.code("alice", "Verify:email")
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id, Username="alice", UserAttributes=[{"Name": "email", "Value": "x@example.com"}]
    )

    with refused("ExpiredCodeException", EXPIRED):
        verify(pool, token, code)


def test_another_users_code_is_refused(pool: Pool) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    for token in (alice, bob):
        pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    mine, other = pool.code("alice", "Verify:email"), pool.code("bob", "Verify:email")
    if mine == other:
        pytest.skip("the two random codes are the same")

    with refused("CodeMismatchException", WRONG):
        verify(pool, alice, other)


def test_a_code_never_asked_for_is_refused(pool: Pool) -> None:
    with refused("ExpiredCodeException", EXPIRED):
        verify(pool, pool.signed_in(), "123456")
