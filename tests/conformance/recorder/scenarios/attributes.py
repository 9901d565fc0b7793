"""The attributes of a signed-in user."""

from typing import Any

from .words import ATTRIBUTES, EMAIL, PHONE, SIGN_IN, Raw, call, changed, control, scenario, sign_in, user

METADATA = {"clientMetadata": {"from": "a test"}}
VERIFIED_FIRST = {
    "createUserPool": {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}
}
BOB = user("bob", sub="2" * 8, attributes={"email": "bob@example.com", "email_verified": "true"})


def update(attributes: dict[str, str], **more: Any) -> Raw:
    return call("updateUserAttributes", userAttributes=attributes, **more)


def update_one(key: str, value: str, **more: Any) -> Raw:
    return call("updateUserAttribute", userAttribute={"attributeKey": key, "value": value}, **more)


def delete(*keys: str) -> Raw:
    return call("deleteUserAttributes", userAttributeKeys=list(keys))


def send(key: str, **more: Any) -> Raw:
    return call("sendUserAttributeVerificationCode", userAttributeKey=key, **more)


def verify(key: str, code: str) -> Raw:
    return call("confirmUserAttribute", userAttributeKey=key, confirmationCode=code)


SCENARIOS = (
    scenario(
        "attributes-change",
        "several, one, own; metadata; deleted by name and by an empty value",
        SIGN_IN,
        update({"name": "Alice", "custom:team": "red", "email": "new@example.com"}, options=METADATA),
        ATTRIBUTES,
        update_one("custom:team", "blue"),
        update_one("email", "newer@example.com", options=METADATA),
        update_one("email", "newer@example.com"),
        update({"phone_number": "+15550001111", "email": "newest@example.com"}),
        ATTRIBUTES,
        update_one("name", ""),
        delete("custom:team", "phone_number"),
        delete("nickname"),
        ATTRIBUTES,
        pool={"autoVerify": ["email", "phone_number"]},
    ),
    scenario(
        "attributes-codes",
        "codes: wrong, old, right, used, expired, for what has none",
        SIGN_IN,
        send("email", options=METADATA),
        verify("email", "000000"),
        verify("email", ""),
        verify("email", "<CODE:alice:Verify:email>"),
        verify("email", "<CODE:alice:Verify:email>"),
        send("email"),
        control("expire", what="codes"),
        verify("email", "<CODE:alice:Verify:email>"),
        send("phone_number"),
        verify("phone_number", "000000"),
        send("name"),
        update_one("phone_number", "+15550001111"),
        send("phone_number"),
        verify("phone_number", "<CODE:alice:Verify:phone_number>"),
        ATTRIBUTES,
    ),
    scenario(
        "attributes-verified-first",
        "the pool keeps the old address until the new one is verified",
        SIGN_IN,
        update_one("email", "new@example.com"),
        ATTRIBUTES,
        update_one("email", "new@example.com"),
        verify("email", "000000"),
        verify("email", "<CODE:alice:Verify:email>"),
        ATTRIBUTES,
        pool=VERIFIED_FIRST,
    ),
    scenario(
        "attributes-not-verified",
        "the address counts at once, and the code comes later",
        sign_in("alice@example.com"),
        update_one("email", "new@example.com"),
        ATTRIBUTES,
        call("signOut"),
        sign_in("new@example.com"),
        users=(user("alice@example.com"),),
        pool={"usernameAttributes": ["email"]},
    ),
    scenario(
        "attributes-refused",
        "of another user, unknown, fixed, required, malformed",
        SIGN_IN,
        update({"name": "Alice", "email": "bob@example.com"}),
        update({"family_name": "x" * 2049}),
        update({"unknown": "x"}),
        update({"sub": "x"}),
        update({"email_verified": "true"}),
        update_one("email", "no address"),
        update_one("phone_number", "12345"),
        delete("sub"),
        delete("email"),
        delete("unknown"),
        ATTRIBUTES,
        users=(user(attributes={**EMAIL, **PHONE}), BOB),
        pool={"aliasAttributes": ["email"], "requiredAttributes": ["email"]},
    ),
    scenario(
        "attributes-not-writable",
        "the app client may not write it, nor read it",
        SIGN_IN,
        update({"name": "Alice", "nickname": "Al"}),
        ATTRIBUTES,
        changed(attributes={"name": "Alice", "nickname": "Al", "email": None}),
        ATTRIBUTES,
        client={"createUserPoolClient": {"WriteAttributes": ["nickname"], "ReadAttributes": ["email", "nickname"]}},
    ),
    scenario(
        "attributes-bad-input",
        "nothing to change, to delete, to send",
        SIGN_IN,
        update({}),
        delete(),
        send(""),
        verify("", "123456"),
        update_one("", "x"),
    ),
    scenario(
        "attributes-faults",
        "requests that send a message at a service that fails, and one that reads",
        SIGN_IN,
        control("fault", op="UpdateUserAttributes", kind="http503"),
        update_one("name", ""),
        update_one("email", "new@example.com"),
        control("fault", op="GetUserAttributeVerificationCode", kind="drop-after"),
        send("email"),
        control("fault", op="GetUser", kind="http503"),
        ATTRIBUTES,
        control("fault", op="VerifyUserAttribute", kind="throttle"),
        verify("email", "<CODE:alice:Verify:email>"),
        control("fault", op="UpdateUserAttributes", code="CodeDeliveryFailureException", message="Unable to deliver."),
        update_one("email", "newer@example.com"),
    ),
)
