"""What a service, a trigger or a proxy says is shown as one line without invisible characters, wherever it is shown."""

from __future__ import annotations

import logging
import pickle
import unicodedata

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._texts import is_name
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, refuses

ODD = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\r\nERROR forged\u2028\u200b\ud800\x00"


def _is_clean(text: str | None) -> bool:
    unseen = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return text is None or not any(unicodedata.category(character) in unseen for character in text)


@pytest.mark.parametrize("kind", ["UserLambdaValidationException", "NotAuthorizedException", f"Evil{ODD}", "x" * 5000])
@pytest.mark.parametrize("status", [400, 503])
def test_a_refusal_is_clean_in_all_its_parts(
    kind: str, status: int, scripted: ScriptedCognito, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "amplify_auth")
    answer = refuses(kind, f"PreSignUp failed with error {ODD}.", status)
    scripted.always("SignUp", Answer(status=status, body=answer.body, headers={"x-amzn-requestid": "id\x1b[2J" * 99}))
    with pytest.raises(auth.AuthServiceError) as caught:
        auth.sign_up("alice", "Passw0rd!", session=session)
    error = caught.value

    assert "PreSignUp failed with error" in error.message
    assert "\ufffd]0;owned" in error.message
    assert len(error.name) <= 100
    assert is_name(error.name)
    assert len(str(error.request_id)) <= 200
    for text in (error.message, error.name, error.request_id, error.recovery_suggestion, str(error), repr(error)):
        assert _is_clean(text)
    cause = error.__cause__
    assert _is_clean(str(cause))
    assert _is_clean(repr(cause))
    assert all(_is_clean(record.getMessage()) for record in caplog.records)
    assert pickle.loads(pickle.dumps(error)).message == error.message


def test_a_message_of_two_lines_is_one(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always(
        "SignUp", refuses("UserLambdaValidationException", "PreSignUp failed with error No.\nReally not.\n")
    )
    with pytest.raises(errors.UserLambdaValidationException) as caught:
        auth.sign_up("alice", "Passw0rd!", session=session)
    assert caught.value.message == "PreSignUp failed with error No. Really not."


@pytest.mark.parametrize(
    "answer",
    [
        asks(f"TELEPATHY{ODD}"),
        asks("MFA_SETUP", MFAS_CAN_SETUP=f'["RETINA\\u202e\\u001b[2J"]{ODD[:0]}'),
        asks("MFA_SETUP", MFAS_CAN_SETUP=ODD),
        asks("NEW_PASSWORD_REQUIRED", requiredAttributes=ODD),
    ],
    ids=["a challenge", "a factor", "no list", "no list of attributes"],
)
def test_what_a_challenge_says_is_clean_in_the_error(
    answer: Answer, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", answer)
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert _is_clean(caught.value.message)
