"""What a refusal on the wire becomes: the class, the name and the facts of the error, and no secret in its text.

The ways of the network to fail are in ``tests/faults``.
"""

from __future__ import annotations

import html
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

import pytest

from amplify_auth import (
    AuthError,
    AuthProtocolError,
    AuthServiceError,
    Session,
    confirm_sign_in,
    errors,
    sign_in,
    sign_out,
    sign_up,
)
from amplify_auth._cognito.refusals import SERVICE_ERRORS
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, refuses

PASSWORD = "Pass\"w\\0rd/<&>'+! \u00e4\U0001f600"


def refusal(
    body: Mapping[str, Any] | None = None, status: int = 400, headers: Mapping[str, str] | None = None
) -> Answer:
    text = b"" if body is None else json.dumps(body).encode()
    return Answer(status=status, body=text, headers={"x-amzn-requestid": "request-1", **(headers or {})})


def refused(scripted: ScriptedCognito, session: Session, answer: Answer) -> AuthError:
    scripted.always("InitiateAuth", answer)
    with pytest.raises((AuthServiceError, AuthProtocolError)) as caught:
        sign_in("alice", PASSWORD, session=session)
    return caught.value


#: What ``sign_in`` returns as a step.
STEPS = {"PasswordResetRequiredException", "UserNotConfirmedException"}


@pytest.mark.parametrize("code", sorted(SERVICE_ERRORS.keys() - STEPS))
def test_every_known_code_is_its_class(
    scripted: ScriptedCognito, session: Session, code: str, slept: list[float]
) -> None:
    error = refused(scripted, session, refusal({"__type": code, "message": "No."}))

    assert type(error) is SERVICE_ERRORS[code]
    unknown = " It is not known whether Cognito acted on the request." if code == "InternalErrorException" else ""
    assert (error.name, error.message) == (code, f"No.{unknown}")
    assert (error.operation, error.http_status_code, error.request_id) == ("InitiateAuth", 400, "request-1")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"__type": "CodeMismatchException"}, {}),
        ({"__type": "com.amazonaws.cognito#CodeMismatchException"}, {}),
        ({"__type": "CodeMismatchException:http://internal.amazon.com/coral/com.amazon.coral.service/"}, {}),
        ({"__type": "com.amazonaws#CodeMismatchException:http://internal.amazon.com/"}, {}),
        ({}, {"x-amzn-errortype": "CodeMismatchException"}),
        ({}, {"x-amzn-ErrorType": "CodeMismatchException:http://internal.amazon.com/"}),
        ({}, {"x-amzn-errortype": "com.amazonaws.cognito#CodeMismatchException"}),
        ({}, {"x-amzn-errortype": "com.amazonaws#CodeMismatchException:http://internal.amazon.com/"}),
        ({}, {"x-amzn-errortype": "CodeMismatchException,CodeMismatchException"}),
        (None, {"x-amzn-errortype": "CodeMismatchException"}),
    ],
    ids=str,
)
def test_the_code_is_read_in_every_spelling(
    scripted: ScriptedCognito, session: Session, body: dict[str, str] | None, headers: dict[str, str]
) -> None:
    error = refused(scripted, session, refusal(None if body is None else {**body, "message": "No."}, headers=headers))

    assert type(error) is errors.CodeMismatchException
    assert error.name == "CodeMismatchException"


@pytest.mark.parametrize("member", ["message", "Message"])
def test_the_message_is_read_in_both_spellings(scripted: ScriptedCognito, session: Session, member: str) -> None:
    error = refused(scripted, session, refusal({"__type": "NotAuthorizedException", member: "Incorrect."}))

    assert error.message == "Incorrect."


@pytest.mark.parametrize(
    "body", [{"__type": "NotAuthorizedException"}, {"__type": "NotAuthorizedException", "message": None}]
)
def test_without_a_message_the_error_says_what_was_refused(
    scripted: ScriptedCognito, session: Session, body: dict[str, Any]
) -> None:
    error = refused(scripted, session, refusal(body))

    assert error.message == "InitiateAuth was refused with NotAuthorizedException."


def test_a_code_that_nobody_knows_is_kept_as_name(scripted: ScriptedCognito, session: Session) -> None:
    error = refused(scripted, session, refusal({"__type": "TeapotException", "message": "I am one."}))

    assert type(error) is AuthServiceError
    assert (error.name, error.is_retryable) == ("TeapotException", False)


@pytest.mark.parametrize(
    ("status", "kind", "name"),
    [
        (429, errors.TooManyRequestsException, "TooManyRequestsException"),
        (500, errors.InternalErrorException, "InternalErrorException"),
        (502, errors.InternalErrorException, "InternalErrorException"),
        (503, errors.InternalErrorException, "InternalErrorException"),
        (504, errors.InternalErrorException, "InternalErrorException"),
        (400, AuthProtocolError, "UnknownError"),
        (403, AuthProtocolError, "UnknownError"),
        (404, AuthProtocolError, "UnknownError"),
    ],
)
@pytest.mark.parametrize("body", [None, {}, {"message": "No."}])
def test_without_a_code_the_status_decides(
    scripted: ScriptedCognito,
    session: Session,
    status: int,
    kind: type[AuthError],
    name: str,
    body: dict[str, str] | None,
    slept: list[float],
) -> None:
    error = refused(scripted, session, refusal(body, status))

    assert (type(error), error.name, error.http_status_code) == (kind, name, status)
    assert error.is_retryable is (status == 429), "after 5xx the password may have been counted"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_unknown_code_with_such_a_status_keeps_its_name(
    scripted: ScriptedCognito, session: Session, status: int, slept: list[float]
) -> None:
    error = refused(scripted, session, refusal({"__type": "Overloaded", "message": "No."}, status))

    assert (error.name, error.is_retryable) == ("Overloaded", status == 429)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException", "Throttling", "SlowDown"])
def test_every_word_for_throttling_is_one_class(
    scripted: ScriptedCognito, session: Session, code: str, slept: list[float]
) -> None:
    error = refused(scripted, session, refusal({"__type": code, "message": "Rate exceeded"}))

    assert (type(error), error.name) == (errors.TooManyRequestsException, code)
    assert error.is_retryable


def test_a_user_who_tries_too_often_is_not_throttling(scripted: ScriptedCognito, session: Session) -> None:
    error = refused(scripted, session, refuses("LimitExceededException", "Attempt limit exceeded."))

    assert not error.is_retryable
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("code", [17, None, True, [], {}, ["NotAuthorizedException"], ""], ids=repr)
def test_a_code_that_is_no_text_is_still_a_typed_error(
    scripted: ScriptedCognito, session: Session, code: object
) -> None:
    scripted.always("InitiateAuth", refusal({"__type": code, "message": "No."}))

    with pytest.raises((AuthServiceError, errors.AuthProtocolError)):
        sign_in("alice", PASSWORD, session=session)


@pytest.mark.parametrize(
    "message", [17, None, True, [], {}, ["x"], {"a": "b"}, "x" * 100_000], ids=lambda v: repr(v)[:20]
)
def test_a_message_that_is_no_sentence_is_still_a_typed_error(
    scripted: ScriptedCognito, session: Session, message: object
) -> None:
    error = refused(scripted, session, refusal({"__type": "NotAuthorizedException", "message": message}))

    assert type(error) is errors.NotAuthorizedException
    assert 0 < len(error.message) <= 2000


AS_JSON = json.dumps(PASSWORD)[1:-1]
ECHOES = {
    "as it is": PASSWORD,
    "in JSON": AS_JSON,
    "in JSON beyond ASCII": json.dumps(PASSWORD, ensure_ascii=False)[1:-1],
    "in JSON as PHP writes it": AS_JSON.replace("/", "\\/"),
    "in Python's spelling": repr(PASSWORD)[1:-1],
    "in Python's spelling of bytes": repr(PASSWORD.encode())[2:-1],
    "in HTML": html.escape(PASSWORD),
    "in the HTML of JSON": html.escape(AS_JSON),
    "in a URL": urllib.parse.quote(PASSWORD),
    "in a form": urllib.parse.quote_plus(PASSWORD),
}
ODD_ECHOES = {
    "in JSON in JSON": json.dumps(AS_JSON)[1:-1],
    "in HTML with decimal numbers": html.escape(PASSWORD, quote=False).replace('"', "&#34;").replace("'", "&#39;"),
    "in HTML without quotes": html.escape(PASSWORD, quote=False),
    "in a form, in lower case": urllib.parse.quote_plus(PASSWORD).replace("%2F", "%2f").replace("%3C", "%3c"),
    "in a URL as browsers write it": urllib.parse.quote(PASSWORD, safe="!'"),
    "in a URL in a URL": urllib.parse.quote(urllib.parse.quote(PASSWORD)),
}


@pytest.mark.parametrize("spelling", ECHOES)
def test_a_secret_that_the_service_repeats_is_masked(
    scripted: ScriptedCognito, session: Session, spelling: str
) -> None:
    """Such as: 1 validation error detected: Value '...' at 'password' failed to satisfy constraint."""
    said = f"Value '{ECHOES[spelling]}' at 'password' failed to satisfy constraint"
    error = refused(scripted, session, refusal({"__type": "InvalidParameterException", "message": said}))

    assert error.message == "Value '***' at 'password' failed to satisfy constraint"
    shown = repr(error) + str(error.args) + repr(vars(error)) + repr(error.__cause__) + repr(vars(error.__cause__))
    assert not any(echo in shown for echo in ECHOES.values())
    assert error.__context__ is None


@pytest.mark.parametrize("spelling", ODD_ECHOES)
def test_a_text_that_repeats_a_secret_in_an_unusual_spelling_is_not_shown(
    scripted: ScriptedCognito, session: Session, spelling: str
) -> None:
    said = f"Value '{ODD_ECHOES[spelling]}' at 'password' failed to satisfy constraint"
    error = refused(scripted, session, refusal({"__type": "InvalidParameterException", "message": said}))

    assert error.message == "InitiateAuth was refused with InvalidParameterException."
    assert "constraint" not in repr(error) + repr(error.__cause__) + repr(vars(error.__cause__))


def test_a_page_that_repeats_a_secret_is_not_shown(scripted: ScriptedCognito, session: Session) -> None:
    """The page of a proxy or a firewall may quote the body that it did not let pass."""
    said = "<html>Incident 4711: the request {} is blocked.</html>"
    page = said.format(html.escape(json.dumps({"PASSWORD": PASSWORD})))
    error = refused(scripted, session, Answer(status=403, body=page.encode()))

    assert "Incident" not in repr(error) + repr(vars(error)) + repr(vars(error.__cause__))
    assert html.escape(AS_JSON) not in repr(vars(error.__cause__))


def test_a_code_that_repeats_a_secret_is_not_shown(scripted: ScriptedCognito, session: Session) -> None:
    error = refused(scripted, session, refusal({"__type": f"Bad{PASSWORD}Exception", "message": "No."}))

    assert error.name == "UnknownError"
    assert PASSWORD not in repr(error) + repr(vars(error.__cause__))


@pytest.mark.parametrize(("member", "shown"), [("__type", ("UnknownError", "No.")), ("message", ("Odd", "Odd \ufffd"))])
def test_what_cannot_be_encoded_is_replaced(
    scripted: ScriptedCognito, session: Session, member: str, shown: tuple[str, str]
) -> None:
    """Half of a surrogate pair, which JSON allows: to print it raises UnicodeEncodeError."""
    error = refused(scripted, session, refusal({"__type": "Odd", "message": "No.", member: "Odd \ud800"}))

    assert (error.name, error.message) == shown
    assert f"{error} {error.name} {error.__cause__}".encode()


@pytest.mark.parametrize("message", [17, ["x"], {"password": "secret of somebody"}], ids=repr)
def test_a_message_that_is_no_text_is_not_shown(scripted: ScriptedCognito, session: Session, message: object) -> None:
    error = refused(scripted, session, refusal({"__type": "NotAuthorizedException", "message": message}))

    assert error.message == "InitiateAuth was refused with NotAuthorizedException."


def test_what_is_no_secret_stays_readable(scripted: ScriptedCognito, session: Session) -> None:
    said = "User alice of client client does not exist."
    error = refused(scripted, session, refusal({"__type": "UserNotFoundException", "message": said}))

    assert error.message == said


def test_a_choice_and_metadata_stay_readable(scripted: ScriptedCognito, session: Session) -> None:
    said = "EMAIL_OTP is not enabled for the user."
    scripted.always("InitiateAuth", asks("SELECT_CHALLENGE", available=["EMAIL_OTP"]))
    scripted.always("RespondToAuthChallenge", refuses("InvalidParameterException", said))
    sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    with pytest.raises(errors.InvalidParameterException) as caught:
        confirm_sign_in("EMAIL_OTP", client_metadata={"role": "user"}, session=session)

    assert caught.value.message == said


def test_the_botocore_error_is_the_cause(scripted: ScriptedCognito, session: Session) -> None:
    from botocore.exceptions import ClientError

    error = refused(scripted, session, refuses("NotAuthorizedException", "Incorrect username or password."))

    assert isinstance(error.__cause__, ClientError)
    assert error.__cause__.response["Error"] == {
        "Code": "NotAuthorizedException",
        "Message": "Incorrect username or password.",
    }
    assert error.__cause__.response["ResponseMetadata"] == {"RequestId": "request-1", "HTTPStatusCode": 400}


def test_sign_up_and_sign_out_errors_carry_the_request_id_too(scripted: ScriptedCognito, session: Session) -> None:
    from tests.support.scripted_cognito import signs_in

    scripted.always("SignUp", refuses("UsernameExistsException")).always("InitiateAuth", signs_in())
    scripted.always("RevokeToken", refuses("UnsupportedTokenTypeException"))
    with pytest.raises(errors.UsernameExistsException) as caught:
        sign_up("alice", PASSWORD, session=session)
    sign_in("alice", PASSWORD, session=session)
    left = sign_out(session=session).revoke_token_error

    assert left is not None
    assert [(error.request_id, error.operation) for error in (caught.value, left)] == [
        ("request-1", "SignUp"),
        ("request-1", "RevokeToken"),
    ]


def test_an_expired_sign_in_keeps_name_and_cause_of_the_refusal(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("SMS_MFA"))
    scripted.always("RespondToAuthChallenge", refuses("NotAuthorizedException", "Invalid session for the user."))
    sign_in("alice", PASSWORD, session=session)
    with pytest.raises(errors.PendingSignInExpired) as caught:
        confirm_sign_in("123456", session=session)

    assert caught.value.name == "NotAuthorizedException"
    assert caught.value.request_id == "request-1"
    assert type(caught.value.__cause__).__name__ == "NotAuthorizedException"
