"""Functions of a signed-in user without a user, with tokens that are over, and the end of an account."""

from .attributes import delete, send, update, update_one
from .attributes import verify as verify_attribute
from .devices import FORGET, REMEMBER
from .factors import SET_UP, prefer, verify
from .passkeys import ASSOCIATE, listed
from .passkeys import delete as delete_passkey
from .passwords import update as update_password
from .words import (
    ATTRIBUTES,
    DEVICES,
    PREFERENCE,
    SIGN_IN,
    SIGN_OUT,
    WHO,
    call,
    changed,
    control,
    scenario,
    sign_in,
    user,
)

DELETE_USER = call("deleteUser")
EVERY_FUNCTION = (
    update_password(),
    SET_UP,
    verify("123456"),
    PREFERENCE,
    prefer(sms="ENABLED"),
    ATTRIBUTES,
    update({"name": "Alice"}),
    update_one("name", "Alice"),
    delete("name"),
    send("email"),
    verify_attribute("email", "123456"),
    DELETE_USER,
    DEVICES,
    REMEMBER,
    FORGET,
    ASSOCIATE,
    listed(),
    delete_passkey("x"),
)
# updateMFAPreference is another story: ours reads first.
READ_AND_WRITE = tuple(function for function in EVERY_FUNCTION if function["call"] != "updateMFAPreference")
LATER = control("clock", seconds=300)
POOL = {"deviceTracking": "ALWAYS", "mfa": "OPTIONAL"}

SCENARIOS = (
    scenario("without-a-user", "nobody has signed in", *EVERY_FUNCTION),
    scenario("after-a-sign-out", "the user has signed out", SIGN_IN, SIGN_OUT, *EVERY_FUNCTION),
    scenario(
        "tokens-run-out",
        "the access token has run out before each call: it is refreshed first",
        SIGN_IN,
        *(step for function in EVERY_FUNCTION if function not in (DELETE_USER, FORGET) for step in (LATER, function)),
        LATER,
        DELETE_USER,
        pool=POOL,
        client={"accessSeconds": 300, "idSeconds": 300},
    ),
    *(
        scenario(
            f"access-token-over-{function['call']}",
            "the service says that the access token has expired, before its time",
            SIGN_IN,
            control("expire", what="access"),
            function,
            pool=POOL,
        )
        for function in READ_AND_WRITE
    ),
    *(
        scenario(
            f"signed-out-elsewhere-{function['call']}",
            "every token of the user is revoked",
            SIGN_IN,
            changed(signedOut=True),
            function,
            WHO,
            pool=POOL,
        )
        for function in READ_AND_WRITE
    ),
    scenario("deleted-elsewhere", "an administrator has deleted the user", SIGN_IN, changed(deleted=True), ATTRIBUTES),
    scenario(
        "disabled-elsewhere", "an administrator has disabled the user", SIGN_IN, changed(enabled=False), DELETE_USER
    ),
    scenario(
        "delete-user-by-address",
        "the user deletes the account, cannot sign in, and can sign up again",
        sign_in("alice@example.com"),
        DELETE_USER,
        WHO,
        sign_in("alice@example.com"),
        call(
            "signUp",
            username="alice@example.com",
            password="Correct-h0rse!",
            options={"userAttributes": {"email": "alice@example.com"}},
        ),
        users=(user("alice@example.com"),),
        pool={"usernameAttributes": ["email"], "deviceTracking": "ALWAYS"},
    ),
    scenario(
        "delete-user-refused",
        "nothing changes; then it works",
        SIGN_IN,
        control("fault", op="DeleteUser", code="TooManyRequestsException", message="Rate exceeded", n=3),
        DELETE_USER,
        WHO,
        control("fault", op="DeleteUser", code="NotAuthorizedException", message="Not allowed."),
        DELETE_USER,
        ATTRIBUTES,
        DELETE_USER,
        DELETE_USER,
    ),
)
