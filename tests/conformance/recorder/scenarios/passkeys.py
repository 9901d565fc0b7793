"""The passkeys of a signed-in user."""

from typing import Any

from .words import PASSWORD, SIGN_IN, SIGN_OUT, Raw, call, control, scenario, sign_in, user

ASSOCIATE = call("associateWebAuthnCredential")
BY_PASSKEY = call("signIn", username="alice", options={"authFlowType": "USER_AUTH", "preferredChallenge": "WEB_AUTHN"})


def listed(**options: Any) -> Raw:
    return call("listWebAuthnCredentials", **options)


def delete(credential: str) -> Raw:
    return call("deleteWebAuthnCredential", credentialId=credential)


SCENARIOS = (
    scenario(
        "passkeys-register",
        "made, listed, used, deleted",
        SIGN_IN,
        listed(),
        ASSOCIATE,
        listed(),
        SIGN_OUT,
        BY_PASSKEY,
        listed(pageSize=1),
        delete("<PASSKEY_ID:1>"),
        delete("<PASSKEY_ID:1>"),
        listed(),
    ),
    scenario(
        "passkeys-by-address",
        "the name of the user is a UUID",
        sign_in("alice@example.com"),
        ASSOCIATE,
        listed(),
        users=(user("alice@example.com"),),
        pool={"usernameAttributes": ["email"]},
    ),
    scenario(
        "passkeys-authenticator",
        "it refuses, is absent, works, and has a key already",
        SIGN_IN,
        {"authenticator": "refuses"},
        ASSOCIATE,
        {"authenticator": "absent"},
        ASSOCIATE,
        {"authenticator": "works"},
        ASSOCIATE,
        ASSOCIATE,
        listed(),
    ),
    scenario(
        "passkeys-pages",
        "page sizes and page tokens",
        SIGN_IN,
        ASSOCIATE,
        {"authenticator": "new"},
        ASSOCIATE,
        listed(),
        listed(pageSize=1),
        listed(pageSize=1, nextToken="<PAGE:1>"),
        listed(nextToken="<PAGE:1>"),
        listed(pageSize=20),
        listed(pageSize=0),
        listed(pageSize=50),
        listed(nextToken="nonsense"),
    ),
    scenario(
        "passkeys-refused",
        "the pool has no passkeys; the service refuses",
        SIGN_IN,
        ASSOCIATE,
        delete("nonsense"),
        delete(""),
        control("fault", op="StartWebAuthnRegistration", code="WebAuthnConfigurationMissingException", message="None."),
        ASSOCIATE,
        pool={"firstFactors": ["PASSWORD"]},
    ),
    scenario(
        "passkeys-faults",
        "the registration is not completed",
        sign_in("alice", PASSWORD),
        control(
            "fault",
            op="CompleteWebAuthnRegistration",
            code="WebAuthnRelyingPartyMismatchException",
            message="The relying party does not match.",
        ),
        ASSOCIATE,
        control("fault", op="ListWebAuthnCredentials", kind="http503"),
        listed(),
        control("fault", op="CompleteWebAuthnRegistration", kind="throttle"),
        ASSOCIATE,
        listed(),
    ),
)
