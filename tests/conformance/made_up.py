"""Scenarios that no client recorded, for the tests of the player itself."""

from typing import Any

from .recordings import Scenario, Step, read

PASSWORD = "Correct-h0rse!"
ALICE = {
    "username": "alice",
    "password": PASSWORD,
    "attributes": {"email": "alice@example.com", "email_verified": "true"},
}
PHONE = {"phone_number": "+15551234567", "phone_number_verified": "true"}
SMS = {**ALICE, "attributes": {**ALICE["attributes"], **PHONE}, "mfa": ["SMS_MFA"]}  # type: ignore[dict-item]

Raw = dict[str, Any]


def call(function: str, /, **args: Any) -> Raw:
    return {"call": function, "args": args or None}


def control(what: str, /, **args: Any) -> Raw:
    return {"control": what, "args": args}


def sign_in(username: str = "alice", password: str = PASSWORD) -> Raw:
    return call("signIn", username=username, password=password)


def user_auth(**options: Any) -> Raw:
    return call("signIn", username="alice", options={"authFlowType": "USER_AUTH", **options})


def confirm(answer: str) -> Raw:
    return call("confirmSignIn", challengeResponse=answer)


def scenario(fixture: Raw, steps: list[Raw]) -> Scenario:
    content = {
        "name": "made up",
        "fixture": {
            "pool": fixture.get("pool", {}),
            "client": {"id": "client", **fixture.get("client", {})},
            "users": fixture.get("users", []),
        },
        "amplifyConfig": fixture.get("config"),
        "steps": steps,
    }
    return read({"format": 1, "scenarios": [content]})[0]


def led_to(step: Step | None) -> Any:
    """The gist of what a step led to."""
    if step is None or (step.output is None and step.error is None):
        return None
    if step.error is not None:
        return step.error["name"]
    if isinstance(step.output, list):
        return len(step.output)
    following = step.output.get("nextStep", {})
    return (
        step.output.get("preferred")
        or step.output.get("enabled")
        or following.get("resetPasswordStep")
        or following.get("updateAttributeStep")
        or following.get("availableChallenges")
        or following.get("signInStep")
        or following.get("signUpStep")
        or next(iter(step.output))
    )
