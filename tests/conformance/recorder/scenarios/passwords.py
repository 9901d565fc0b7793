"""Passwords that were forgotten, and passwords that are changed."""

from .words import (
    ANOTHER,
    ATTRIBUTES,
    EMAIL,
    PASSWORD,
    PHONE,
    SIGN_IN,
    SIGN_OUT,
    Raw,
    call,
    changed,
    control,
    scenario,
    sign_in,
    user,
)

METADATA = {"clientMetadata": {"from": "a test"}}


def reset(username: str = "alice", **more: Raw) -> Raw:
    return call("resetPassword", username=username, **more)


def confirm_reset(code: str, password: str = ANOTHER, username: str = "alice", **more: Raw) -> Raw:
    return call("confirmResetPassword", username=username, newPassword=password, confirmationCode=code, **more)


def update(old: str = PASSWORD, new: str = ANOTHER) -> Raw:
    return call("updatePassword", oldPassword=old, newPassword=new)


UNVERIFIED = {"email": "waiting@example.com", "email_verified": "false"}
CODE = "<CODE:alice:ForgotPassword>"

SCENARIOS = (
    scenario(
        "reset-by-address",
        "the name is an address; metadata; the code by address too",
        reset("alice@example.com", options=METADATA),
        confirm_reset("<CODE:alice@example.com:ForgotPassword>", username="alice@example.com", options=METADATA),
        sign_in("alice@example.com", ANOTHER),
        ATTRIBUTES,
        users=(user("alice@example.com"),),
        pool={"usernameAttributes": ["email"]},
    ),
    scenario(
        "reset-by-alias",
        "asked for by alias, confirmed by name",
        reset("alice@example.com"),
        confirm_reset(CODE),
        sign_in("alice@example.com", ANOTHER),
        pool={"aliasAttributes": ["email"]},
    ),
    scenario(
        "reset-to-a-number",
        "the number comes before the address",
        reset(),
        confirm_reset(CODE),
        sign_in("alice", ANOTHER),
        users=(user(attributes={**EMAIL, **PHONE}),),
    ),
    scenario(
        "reset-expired-code",
        "the code has expired, then a new one",
        reset(),
        control("expire", what="codes"),
        confirm_reset(CODE),
        reset(),
        confirm_reset(CODE, "weak"),
        confirm_reset(CODE, PASSWORD),
        confirm_reset(CODE, ANOTHER),
    ),
    scenario(
        "reset-refused",
        "no address; not confirmed; temporary password; disabled; nobody",
        reset("nowhere"),
        reset("waiting"),
        reset("invited"),
        reset("disabled"),
        changed("disabled", enabled=False),
        reset("disabled"),
        reset("nobody"),
        confirm_reset("123456", username="nobody"),
        confirm_reset("123456"),
        users=(
            user(),
            user("nowhere", sub="2" * 8, attributes={}),
            user("waiting", sub="3" * 8, status="UNCONFIRMED", attributes=UNVERIFIED),
            user("invited", sub="4" * 8, status="FORCE_CHANGE_PASSWORD"),
            user("disabled", sub="5" * 8),
        ),
    ),
    scenario(
        "reset-hidden-users",
        "the client hides which users exist",
        reset("nobody"),
        confirm_reset("123456", username="nobody"),
        confirm_reset("123456"),
        client={"preventUserExistenceErrors": True},
    ),
    scenario(
        "reset-while-signed-in",
        "the reset ends no session and is of no session",
        SIGN_IN,
        reset(),
        confirm_reset(CODE),
        ATTRIBUTES,
        update(ANOTHER, PASSWORD),
        SIGN_OUT,
        SIGN_IN,
    ),
    scenario(
        "reset-faults",
        "a request that sends a message, and one that uses a code, at a service that fails",
        control("fault", op="ForgotPassword", kind="throttle"),
        reset(),
        control("fault", op="ForgotPassword", code="LimitExceededException", message="Attempt limit exceeded."),
        reset(),
        control("fault", op="ForgotPassword", kind="http503"),
        reset(),
        control("fault", op="ConfirmForgotPassword", kind="http503"),
        confirm_reset(CODE),
    ),
    scenario(
        "update-password-refused",
        "wrong, weak, the same, empty, and after a sign-out",
        SIGN_IN,
        update("Wrong-h0rse!"),
        update(new="weak"),
        update("", ANOTHER),
        update(PASSWORD, ""),
        update(PASSWORD, PASSWORD),
        update(),
        SIGN_OUT,
        update(ANOTHER, PASSWORD),
        sign_in("alice", PASSWORD),
        sign_in("alice", ANOTHER),
    ),
    scenario(
        "update-password-temporary",
        "a temporary password is replaced at the sign-in, then changed",
        SIGN_IN,
        call("confirmSignIn", challengeResponse=ANOTHER),
        update(ANOTHER, PASSWORD),
        users=(user(status="FORCE_CHANGE_PASSWORD"),),
    ),
)
