"""A recording may use every word its format has, not only those of the recordings in this folder.

Each scenario here is played, not compared: what is expected are the steps and errors it leads to.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .__main__ import main
from .made_up import ALICE, PASSWORD, SMS, Raw, call, confirm, control, led_to, scenario, sign_in, user_auth
from .player import play
from .recordings import read

pytestmark = pytest.mark.slow

SIGN_OUT, REFRESH = call("signOut"), call("fetchAuthSession", forceRefresh=True)
ROUNDS = {"rounds": [{"params": {"hint": "colour"}, "answer": "blue"}], "tries": 2}
CUSTOM = call("signIn", username="alice", options={"authFlowType": "CUSTOM_WITHOUT_SRP"})
SIGN_UP_BY_LINK = call(
    "signUp",
    username="bob",
    password=PASSWORD,
    options={"userAttributes": {"email": "bob@example.com"}, "autoSignIn": True},
)
SIGNED_IN, ONCE_MORE = "DONE", "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
BY_SMS = "CONFIRM_SIGN_IN_WITH_SMS_CODE"

# name: (fixture, steps with what each of the calls leads to)
SCENARIOS: Mapping[str, tuple[Raw, list[tuple[Raw, Any]]]] = {
    "the username is a UUID": (
        {
            "pool": {"usernameAttributes": ["email"]},
            "users": [{**ALICE, "username": "alice@example.com"}],
        },
        [(sign_in("alice@example.com"), SIGNED_IN), (sign_in(), "UserAlreadyAuthenticatedException")],
    ),
    "refresh tokens rotate": (
        {"client": {"rotation": True}, "users": [ALICE]},
        [(sign_in(), SIGNED_IN), (REFRESH, "tokens"), (REFRESH, "tokens"), (SIGN_OUT, None)],
    ),
    "a refresh token ends": (
        {"client": {"accessSeconds": 300, "refreshSeconds": 3600}, "users": [ALICE]},
        [
            (sign_in(), SIGNED_IN),
            (control("clock", seconds=400), None),
            (call("fetchAuthSession"), "tokens"),
            (control("clock", seconds=3300), None),
            (call("fetchAuthSession"), "UserUnAuthenticatedException"),
        ],
    ),
    "a user is disabled, enabled, given another password, and deleted": (
        {"users": [ALICE]},
        [
            (control("user", username="alice", enabled=False), None),
            (sign_in(), "NotAuthorizedException"),
            (control("user", username="alice", enabled=True), None),
            (control("user", username="alice", password="Another-h0rse!"), None),
            (sign_in(), "NotAuthorizedException"),
            (sign_in(password="Another-h0rse!"), SIGNED_IN),
            (control("user", username="alice", deleted=True), None),
            (REFRESH, "UserUnAuthenticatedException"),
        ],
    ),
    "a user must choose another password": (
        {"users": [{**ALICE, "salt": "00ff"}]},
        [
            (control("user", username="alice", attributes={"name": "Alice"}), None),
            (control("user", username="alice", status="RESET_REQUIRED"), None),
            (sign_in(), "RESET_PASSWORD"),
        ],
    ),
    "a custom challenge of one user's own": (
        {"users": [{**ALICE, "customAuth": ROUNDS}]},
        [(CUSTOM, ONCE_MORE), (confirm("red"), ONCE_MORE), (confirm("blue"), SIGNED_IN)],
    ),
    "too many wrong answers": (
        {"pool": {"customAuth": ROUNDS}, "users": [ALICE]},
        [(CUSTOM, ONCE_MORE), (confirm("red"), ONCE_MORE), (confirm("red"), "NotAuthorizedException")],
    ),
    "a preferred second factor": (
        {"pool": {"mfa": "ON"}, "users": [{**SMS, "mfa": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "preferred": "SMS_MFA"}]},
        [(sign_in(), BY_SMS), (confirm("<CODE:alice:SMS_MFA>"), SIGNED_IN)],
    ),
    "first factors of the pool": (
        {"pool": {"firstFactors": ["PASSWORD", "SMS_OTP"]}, "users": [{**SMS, "mfa": []}]},
        [(user_auth(), ["PASSWORD", "PASSWORD_SRP", "SMS_OTP"])],
    ),
    "the authenticator refuses, and is absent": (
        {"users": [ALICE]},
        [
            (sign_in(), SIGNED_IN),
            (call("associateWebAuthnCredential"), None),
            (SIGN_OUT, None),
            ({"authenticator": "refuses"}, None),
            (user_auth(preferredChallenge="WEB_AUTHN"), "PasskeyAuthenticationCanceled"),
            ({"authenticator": "absent"}, None),
            (user_auth(preferredChallenge="WEB_AUTHN"), "PasskeyNotSupported"),
            ({"authenticator": "works"}, None),
            (user_auth(preferredChallenge="WEB_AUTHN"), SIGNED_IN),
        ],
    ),
    "faults that a repeat gets over": (
        {"users": [ALICE]},
        [
            (control("fault", op="InitiateAuth", kind="http500", n=1), None),
            (control("fault", op="RespondToAuthChallenge", kind="throttle", n=2), None),
            (sign_in(), SIGNED_IN),
            (control("fault", op="GetTokensFromRefreshToken", kind="http429"), None),
            (REFRESH, "tokens"),
        ],
    ),
    "faults that end a sign-in": (
        {"users": [ALICE]},
        [
            (control("fault", op="RespondToAuthChallenge", kind="drop-after"), None),
            (sign_in(), "NetworkError"),
            (control("fault", op="RespondToAuthChallenge", kind="timeout"), None),
            (sign_in(), "NetworkError"),
            (control("fault", op="InitiateAuth", kind="malformed"), None),
            (sign_in(), "InvalidResponse"),
        ],
    ),
    "the lock-out": (
        {"pool": {"lockout": True}, "users": [ALICE]},
        [
            *((sign_in(password="wrong"), "NotAuthorizedException") for _ in range(6)),
            (sign_in(), "NotAuthorizedException"),
            ({"sleep": 60}, None),
            (sign_in(), SIGNED_IN),
        ],
    ),
    "nobody follows the link": (
        {"config": {"signUpVerificationMethod": "link"}},
        [
            (SIGN_UP_BY_LINK, "COMPLETE_AUTO_SIGN_IN"),
            ({"start": "autoSignIn"}, None),
            ({"sleep": 30}, None),
            ({"join": True}, "AutoSignInException"),
        ],
    ),
    "a sign-out ends the wait for the link": (
        {"config": {"signUpVerificationMethod": "link"}},
        [
            (SIGN_UP_BY_LINK, "COMPLETE_AUTO_SIGN_IN"),
            ({"start": "autoSignIn"}, None),
            ({"sleep": 8}, None),
            (SIGN_OUT, None),
            ({"join": True}, "AutoSignInException"),
        ],
    ),
    "two sign-ins at once": (
        {"users": [ALICE]},
        [
            ({"start": "signIn", "args": sign_in()["args"]}, None),
            (sign_in(), "UserAlreadyAuthenticatedException"),
            ({"join": True}, SIGNED_IN),
        ],
    ),
}


@pytest.mark.parametrize(("fixture", "steps"), SCENARIOS.values(), ids=SCENARIOS)
def test_every_word_of_the_format_is_understood(fixture: Raw, steps: list[tuple[Raw, Any]]) -> None:
    performance = play(scenario(fixture, [step for step, _ in steps]))
    assert [led_to(step) for step in performance.steps] == [expected for _, expected in steps]


@pytest.mark.parametrize(
    ("fixture", "step"),
    [
        ({"pool": {"unheardOf": 1}}, SIGN_OUT),
        ({"client": {"unheardOf": 1}}, SIGN_OUT),
        ({"users": [{**ALICE, "unheardOf": 1}]}, SIGN_OUT),
        ({}, control("unheardOf")),
        ({}, control("fault", op="SignUp", kind="unheardOf")),
        ({"users": [ALICE]}, control("user", username="alice", unheardOf=1)),
        ({}, control("client", preventUserExistenceErrors=True, unheardOf=1)),
        ({}, control("expire", what="unheardOf")),
        ({}, {"authenticator": "unheardOf"}),
        ({}, call("unheardOf")),
        ({}, {"start": "unheardOf"}),
    ],
)
def test_a_word_nobody_knows_is_not_passed_over(fixture: Raw, step: Raw) -> None:
    with pytest.raises(KeyError, match="unheardOf"):
        play(scenario(fixture, [step, {"join": True}]))


def test_a_step_of_another_kind_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        scenario({}, [{"unheardOf": 1}])


def test_recordings_of_another_format_are_not_read() -> None:
    with pytest.raises(ValueError, match="format 2"):
        read({"format": 2, "scenarios": []})


def test_other_recordings_are_compared_where_they_lie(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = {
        "format": 1,
        "scenarios": [
            {
                "name": "made up",
                "fixture": {"pool": {}, "client": {"id": "client"}, "users": [ALICE]},
                "steps": [{**SIGN_OUT, "output": None}, {**sign_in(""), "error": {"name": "ADifferentName"}}],
            }
        ],
    }
    file = tmp_path / "others.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    for options in ([], ["--secret"]):
        assert main([str(file), *options]) == 2
        told = capsys.readouterr().out
        assert "DIFFERS  made up[0] signOut: hub" in told
        assert "DIFFERS  made up[1] signIn: error.name\n    - ADifferentName\n    + EmptySignInUsername" in told
    assert main([str(file), "--scenario", "another"]) == 0
