"""The instruments themselves: they find a secret wherever it is put, and see all that can be reached."""

from __future__ import annotations

import http.client
import logging
import pickle
import sys
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import AuthTokens
from amplify_auth._masking import Masked, secret
from amplify_auth._session.step import Step
from amplify_auth._values.sign_in import SignInRequest
from tests.secrecy import instruments
from tests.secrecy.instruments import Observer, Recorder, Wire, leaks, reach, values_of
from tests.support.scripted_cognito import jwt

SECRET = 'canary "quoted\\secret" \u00e4\U0001f600'


@attrs.frozen
class Open:
    """A value that hides nothing."""

    text: str


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Careful(Masked):
    """A value that hides its secret everywhere."""

    text: str = secret()


@attrs.frozen(kw_only=True)
class Careless:
    """A value whose secret is only in its pickles."""

    text: str = attrs.field(repr=False)


class Plain:
    """A value that keeps its attributes in a ``__dict__`` and shows none of them."""

    def __init__(self, **attributes: object) -> None:
        self.first = None
        vars(self).update(attributes)


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The classes here count as the library's."""
    known, planted = instruments.is_ours, (Open, Careful, Careless, Plain)
    monkeypatch.setattr(instruments, "is_ours", lambda value: known(value) or type(value) in planted)


def seen(value: object) -> set[str]:
    observer = Observer(Wire())
    observer.wire.secrets.add(SECRET)
    observer.look_at("here", value)
    return observer.leaked()


def with_note(note: str) -> Exception:
    error = ValueError("x")
    error.add_note(note)
    return error


def with_attribute(value: object) -> Exception:
    error = ValueError("x")
    error.request = value  # type: ignore[attr-defined]
    return error


def caused(cause: BaseException) -> Exception:
    error = ValueError("x")
    error.__cause__ = cause
    return error


class Request:
    def __init__(self, body: object) -> None:
        self.body = body


@pytest.mark.parametrize(
    "value",
    [
        Open(SECRET),
        {"a": [Open(SECRET)]},
        Careless(text=SECRET),
        ValueError(SECRET),
        ValueError("x", [SECRET]),
        with_note(SECRET),
        with_attribute(SECRET),
        with_attribute(Request(SECRET.encode())),
        with_attribute({"error": Request(bytearray(SECRET.encode()))}),
        with_attribute([Request(Request(memoryview(SECRET.encode())))]),
        ValueError("x", Request(Request(SECRET))),
        with_attribute({"error": ValueError("x", http.client.IncompleteRead(SECRET.encode()))}),
        caused(ValueError(SECRET)),
        caused(caused(KeyError(SECRET))),
        auth.SignOutOutput(is_complete=False, revoke_token_error=auth.AuthServiceError(SECRET)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_secret_is_found_in(value: object) -> None:
    assert seen(value)


@pytest.mark.parametrize("count", [0, 1, 40], ids=lambda count: f"{count} more attributes")
def test_a_secret_is_found_in_the_attributes_of_an_instance(count: int) -> None:
    """Python keeps few attributes in the instance, many in a dict, and makes a dict when one is asked for."""
    more = {f"attribute_{number}": number for number in range(count)}
    untouched, asked = Plain(**more, secret=Open(SECRET)), Plain(**more, secret=Open(SECRET))
    attributes = vars(asked)

    assert seen(untouched)
    assert seen(asked)
    assert seen(attributes)
    assert seen(with_attribute(Request(vars(Plain(**more, secret=SECRET)))))
    assert seen(with_attribute([vars(Plain(**more, text=SECRET)), asked]))


@pytest.mark.parametrize(
    "value",
    [
        Open("nothing"),
        Careful(text=SECRET),
        ValueError("x"),
        SignInRequest(login_id="alice", auth_flow_type="USER_AUTH", password=SECRET),
        SECRET,  # a text by itself is what was asked for
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_is_found_in(value: object) -> None:
    assert not seen(value)


def test_everything_of_a_session_is_reached() -> None:
    session = auth.Session(user_pool_id="us-east-1_A", user_pool_client_id="x")
    Step(session._state).set_pending(  # what waits for an answer
        auth.PendingSignIn(
            next_step=auth.ConfirmSignInWithPassword(),
            username="alice",
            challenge_name="PASSWORD",
            request=SignInRequest(login_id="alice", auth_flow_type="USER_AUTH", password=SECRET),
        )
    )

    names = {type(value).__name__ for value in reach(session)}
    assert {"Session", "State", "AuthConfig", "PendingSignIn", "SignInRequest", "Refreshable"} <= names


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        repr(SECRET),
        ascii(SECRET),
        repr([SECRET]),
        f"body: {SECRET.encode()!r}",
        pickle.dumps({"a": SECRET}),
        '{"a": "canary \\"quoted\\\\secret\\" \\u00e4\\ud83d\\ude00"}',
        "canary &quot;quoted\\secret&quot; \u00e4\U0001f600",
        "canary+%22quoted%5Csecret%22+%C3%A4%F0%9F%98%80",
        repr(b'{"a": "canary \\"quoted\\\\secret\\" \\u00e4\\ud83d\\ude00"}'),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_every_usual_spelling_is_recognised(shown: Any) -> None:
    assert leaks(shown, {SECRET})


def test_a_code_is_recognised_but_not_inside_a_number() -> None:
    assert leaks("the code 123456.", {"123456"})
    assert leaks("code='123456'", {"123456"})
    assert not leaks("0x12345678 1.123456 1234567 0123456", {"123456"})


def test_the_wire_keeps_what_is_not_public() -> None:
    parameters = {"AuthParameters": {"USERNAME": "alice", "PASSWORD": "p", "NEW_THING": "n"}, "Session": "s"}

    assert set(values_of("", parameters, frozenset({"USERNAME"}))) == {"p", "n", "s"}


def test_log_records_are_kept_as_they_are_formatted() -> None:
    recorder = Recorder()
    try:
        raise ValueError(SECRET)
    except ValueError:
        recorder.handle(logging.LogRecord("x", logging.INFO, "", 1, "said %s", ("it",), sys.exc_info()))

    assert "said it" in recorder.texts[0]
    assert leaks(recorder.texts[0], {SECRET})


def test_tokens_of_a_signed_in_user_are_masked_where_they_are_reached() -> None:
    tokens = AuthTokens.from_result({"AccessToken": jwt(), "RefreshToken": SECRET})

    assert not seen(auth.SignInOutput(is_signed_in=True, next_step=auth.Done()))
    assert not seen(tokens)
