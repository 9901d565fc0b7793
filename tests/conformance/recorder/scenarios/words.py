"""The words that scenarios are written in."""

from typing import Any

Raw = dict[str, Any]

PASSWORD, ANOTHER = "Correct-h0rse!", "Another-h0rse!"
SUB = "11111111-1111-4111-8111-111111111111"
EMAIL = {"email": "alice@example.com", "email_verified": "true"}
PHONE = {"phone_number": "+15551234567", "phone_number_verified": "true"}


def user(username: str = "alice", *, sub: str = SUB, attributes: Raw | None = None, **more: Any) -> Raw:
    """A user of the fixture, who has an e-mail address if nothing else is said."""
    own = EMAIL if attributes is None else attributes
    return {"username": username, "password": PASSWORD, "attributes": {"sub": sub, **own}, **more}


def scenario(name: str, about: str, *steps: Raw, users: tuple[Raw, ...] = (), **fixture: Raw) -> Raw:
    """A scenario; ``pool`` and ``client`` are the settings, ``users`` alice if nothing else is said."""
    return {
        "name": name,
        "about": about,
        "fixture": {
            "pool": {"id": "us-east-1_Rec0rder1", **fixture.get("pool", {})},
            "client": {"id": "1recordingclient00000000a1", **fixture.get("client", {})},
            "users": list(users or (user(),)),
        },
        "steps": list(steps),
    }


def call(function: str, /, **args: Any) -> Raw:
    """A call of one of the client's functions; without arguments it is called without any."""
    return {"call": function, "args": args or None}


def control(what: str, /, **args: Any) -> Raw:
    """Something happens at the service."""
    return {"control": what, "args": args}


def changed(username: str = "alice", **changes: Any) -> Raw:
    """An administrator changes a user."""
    return control("user", username=username, **changes)


def sign_in(username: str = "alice", password: str = PASSWORD) -> Raw:
    """A sign-in with a password."""
    return call("signIn", username=username, password=password)


def confirm(answer: str) -> Raw:
    """The answer to a step of a sign-in."""
    return call("confirmSignIn", challengeResponse=answer)


SIGN_IN, SIGN_OUT = sign_in(), call("signOut")
WHO = call("getCurrentUser")
ATTRIBUTES, DEVICES, PREFERENCE = call("fetchUserAttributes"), call("fetchDevices"), call("fetchMFAPreference")
