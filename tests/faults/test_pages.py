"""A page, a text, foreign JSON or nothing in place of an answer of Cognito: what the error says, and what it hides."""

from __future__ import annotations

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from tests.support.makers import NewSession
from tests.support.raw_server import RawServer
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import Answer, ScriptedCognito, refuses, signs_in

BODIES = {
    "HTML": b"<html><head><title>Forbidden zone</title></head><body><h1>Forbidden zone</h1></body></html>",
    "a page with a type": b"<!DOCTYPE html>\n<html>Forbidden zone</html>",
    "a page after blanks": b"\n\n  \xef\xbb\xbf<html>Forbidden zone</html>",
    "XML": b'<?xml version="1.0"?><Error><Code>Forbidden zone</Code></Error>',
    "plain text": b"Forbidden zone",
    "not UTF-8": "Forbidden zone \xe4".encode("latin-1"),
    "foreign JSON": b'{"message": "Forbidden zone"}',
    "foreign JSON with an error": b'{"error": "Forbidden zone", "Message": "Forbidden zone"}',
    "a JSON list": b'["Forbidden zone"]',
    "a JSON text": b'"Forbidden zone"',
    "nothing": b"",
}
#: status: words of the advice.
ADVICE = {
    301: "captive portal",
    302: "login page",
    307: "redirected",
    400: "https://",
    401: "HTTPS_PROXY",
    403: "VPC endpoint",
    404: "managed login",
    405: "managed login",
    407: "user:password@host",
    418: "proxy variables",
    451: "firewall",
    511: "Log in",
}
FAILURES = {500: "gateway", 501: "managed login", 502: "gateway", 503: "gateway", 504: "gateway"}


def _sign_in(
    scripted: ScriptedCognito, session: Session, answer: Answer, flow: auth.AuthFlowType | None = None
) -> auth.AuthError:
    scripted.clear()
    scripted.always("InitiateAuth", answer)
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_in("alice", "Passw0rd!", auth_flow_type=flow, session=session)
    return caught.value


def _page(status: int, body: bytes) -> Answer:
    return Answer(status=status, body=body, headers={"Content-Type": "text/html", "Location": "http://portal.invalid/"})


@pytest.mark.slow
def test_a_refusal_that_is_not_cognitos_says_where_to_look(scripted: ScriptedCognito, session: Session) -> None:
    with EveryRow() as every:
        for status, words in ADVICE.items():
            for name, body in BODIES.items():
                with every.row(f"{status} {name}"):
                    error = _sign_in(scripted, session, _page(status, body))

                    assert type(error) is auth.AuthProtocolError
                    assert (error.name, error.http_status_code) == ("UnknownError", status)
                    assert (error.is_retryable, error.operation) == (False, "InitiateAuth")
                    assert words in str(error.recovery_suggestion)
                    assert f"{scripted.url} answered with status {status}" in error.message
                    assert "Forbidden zone" not in f"{error!r} {vars(error)} {error.__cause__} {vars(error.__cause__)}"
                    assert len(scripted.requests) == 1


@pytest.mark.slow
def test_a_failure_that_is_not_cognitos_may_pass_and_says_where_to_look(
    scripted: ScriptedCognito, session: Session, slept: list[float]
) -> None:
    with EveryRow() as every:
        for status, words in {**FAILURES, 429: "Wait"}.items():
            for name, body in BODIES.items():
                with every.row(f"{status} {name}"):
                    error = _sign_in(scripted, session, _page(status, body), "USER_SRP_AUTH")
                    kind = errors.TooManyRequestsException if status == 429 else errors.InternalErrorException

                    assert type(error) is kind
                    assert (error.name, error.http_status_code) == (kind.__name__, status)
                    assert error.is_retryable
                    assert words in str(error.recovery_suggestion)
                    assert f"{scripted.url} answered with status {status}" in error.message
                    assert "Forbidden zone" not in f"{error!r} {vars(error)} {error.__cause__}"


@pytest.mark.parametrize("name", ["HTML", "a page with a type", "plain text", "a JSON list", "XML", "nothing"])
def test_a_success_that_is_not_cognitos_says_where_to_look(
    name: str, scripted: ScriptedCognito, session: Session
) -> None:
    error = _sign_in(scripted, session, _page(200, BODIES[name]))

    assert type(error) is auth.AuthProtocolError
    assert (error.name, error.http_status_code) == ("InvalidResponse", 200)
    assert f"{scripted.url} answered with status 200" in error.message
    assert "captive portal" in str(error.recovery_suggestion)


def test_a_page_whose_header_names_an_error_is_not_its_message(scripted: ScriptedCognito, session: Session) -> None:
    headers = {"x-amzn-errortype": "ForbiddenException", "Content-Type": "text/html"}
    error = _sign_in(scripted, session, Answer(status=403, body=BODIES["HTML"], headers=headers))

    assert type(error) is errors.ForbiddenException
    assert error.message == "InitiateAuth was refused with ForbiddenException."


def test_the_refusal_of_a_firewall_of_cognito_stays_as_it_is(scripted: ScriptedCognito, session: Session) -> None:
    said = "Request not allowed due to WAF block."
    error = _sign_in(scripted, session, refuses("ForbiddenException", said, 403))

    assert (type(error), error.message, error.http_status_code) == (errors.ForbiddenException, said, 403)


@pytest.mark.parametrize("status", [302, 403, 407, 500])
def test_a_refresh_that_meets_a_page_ends_no_session(status: int, scripted: ScriptedCognito, session: Session) -> None:
    scripted.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.always("GetTokensFromRefreshToken", _page(status, BODIES["HTML"]))
    scripted.always("InitiateAuth", _page(status, BODIES["HTML"]))
    with pytest.raises(auth.AuthError) as caught:
        auth.fetch_auth_session(force_refresh=True, session=session)
    assert not isinstance(caught.value, errors.SessionEnded)
    assert session.is_signed_in


def test_a_page_with_status_200_is_not_taken_for_a_missing_operation(
    scripted: ScriptedCognito, session: Session
) -> None:
    """The refresh token may have been rotated: another use of it could end the session."""
    scripted.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.always("GetTokensFromRefreshToken", _page(200, BODIES["HTML"]))
    with pytest.raises(auth.AuthProtocolError):
        auth.fetch_auth_session(force_refresh=True, session=session)
    assert scripted.operations == ["InitiateAuth", "GetTokensFromRefreshToken"]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (302, auth.AuthProtocolError, "captive portal"),
        (403, auth.AuthProtocolError, "firewall"),
        (404, auth.AuthConfigurationError, "user_pool_id"),
        (407, auth.AuthProtocolError, "HTTPS_PROXY"),
        (503, auth.AuthNetworkError, "gateway"),
    ],
    ids=str,
)
def test_a_page_in_place_of_the_signing_keys_says_where_to_look(
    status: int, kind: type[auth.AuthError], words: str, new_session: NewSession
) -> None:
    pytest.importorskip("jwt")
    head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(BODIES['HTML'])}\r\nConnection: close\r\n\r\n"
    token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.c2ln"
    with RawServer(head.encode() + BODIES["HTML"]) as server, pytest.raises(auth.AuthError) as caught:
        auth.verify_token(token, token_use="access", session=new_session(endpoint_url=server.url))

    assert type(caught.value) is kind
    assert caught.value.http_status_code == status
    assert server.url in caught.value.message
    assert words in str(caught.value.recovery_suggestion)


@pytest.mark.parametrize("name", ["AccessDenied <b>", "A\x1b[2J"])
def test_a_header_that_names_no_error_leaves_a_page(name: str, scripted: ScriptedCognito, session: Session) -> None:
    error = _sign_in(scripted, session, Answer(status=403, body=BODIES["HTML"], headers={"x-amzn-errortype": name}))

    assert type(error) is auth.AuthProtocolError
    assert "VPC endpoint" in str(error.recovery_suggestion)


@pytest.mark.parametrize(
    "body",
    [
        b'{"__type": 403, "message": "Forbidden zone"}',
        b'{"__type": ["Forbidden zone"]}',
        b'{"__type": "", "message": "<html>Forbidden zone</html>"}',
        b'{"code": "ERR_BLOCKED", "message": " <!DOCTYPE html><html>Forbidden zone</html>"}',
    ],
)
def test_json_that_holds_a_page_or_names_no_error_is_no_message(
    body: bytes, scripted: ScriptedCognito, session: Session
) -> None:
    error = _sign_in(scripted, session, _page(403, body))

    assert type(error) is auth.AuthProtocolError
    assert error.http_status_code == 403
    assert "Forbidden zone" not in f"{error} {error.__cause__}"


def test_a_login_of_the_network_is_no_unknown_outcome(scripted: ScriptedCognito, session: Session) -> None:
    error = _sign_in(scripted, session, _page(511, BODIES["HTML"]), "USER_PASSWORD_AUTH")

    assert "not known" not in error.message


def test_an_empty_page_of_a_captive_portal_confirms_no_account(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("ConfirmSignUp", _page(200, b""))
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.confirm_sign_up("alice", "123456", session=session)

    assert "captive portal" in str(caught.value.recovery_suggestion)


def test_an_error_that_cognito_does_not_have_says_where_to_look(scripted: ScriptedCognito, session: Session) -> None:
    error = _sign_in(scripted, session, refuses("SomethingNew", "Something new."))

    assert type(error) is auth.AuthServiceError
    assert "endpoint_url" in str(error.recovery_suggestion)
