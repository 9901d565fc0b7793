"""Tokens: read from an answer, never verified, timed by the service's clock, and never shown."""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from amplify_auth import AuthProtocolError, AuthTokens
from amplify_auth._values.tokens import decode_jwt_payload
from tests.support.scripted_cognito import jwt


def result(**members: Any) -> dict[str, Any]:
    usual = {"AccessToken": jwt(), "IdToken": jwt(), "RefreshToken": "opaque-refresh-token", "ExpiresIn": 3600}
    return {name: value for name, value in {**usual, **members}.items() if value != "MISSING"}


def test_tokens_of_an_answer() -> None:
    given = result(TokenType="Bearer")
    tokens = AuthTokens.from_result(given)

    assert (tokens.access_token, tokens.id_token) == (given["AccessToken"], given["IdToken"])
    assert (tokens.refresh_token, tokens.token_type) == ("opaque-refresh-token", "Bearer")
    assert tokens.access_token_claims["username"] == "alice"
    assert tokens.expires_at.tzinfo is UTC


def test_what_may_be_missing() -> None:
    tokens = AuthTokens.from_result({"AccessToken": jwt()})

    assert (tokens.id_token, tokens.refresh_token, tokens.token_type) == (None, None, "Bearer")
    assert tokens.id_token_claims == {}


def test_a_refresh_keeps_the_old_refresh_token_unless_there_is_a_new_one() -> None:
    kept = AuthTokens.from_result(result(RefreshToken="MISSING"), refresh_token="old")
    rotated = AuthTokens.from_result(result(RefreshToken="new"), refresh_token="old")

    assert (kept.refresh_token, rotated.refresh_token) == ("old", "new")


@pytest.mark.parametrize("lifetime", [300, 0, 86400, 0.5])
def test_the_end_is_counted_from_the_answer(clock: Callable[[float], None], lifetime: float) -> None:
    tokens = AuthTokens.from_result(result(ExpiresIn=lifetime))

    assert abs(tokens.expires_at - datetime.now(UTC) - timedelta(seconds=lifetime)) < timedelta(seconds=30)
    assert tokens.is_expired == (lifetime < 0.001)
    clock(lifetime + 1)
    assert tokens.is_expired


def test_a_changed_wall_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = AuthTokens.from_result(result(ExpiresIn=3600))
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)

    assert not tokens.is_expired


def test_the_claims_do_not_matter_for_the_end() -> None:
    """A machine whose clock is wrong by a year can still sign in."""
    tokens = AuthTokens.from_result(result(AccessToken=jwt(iat=1, exp=2)))

    assert not tokens.is_expired


@pytest.mark.parametrize("lifetime", ["3600", -1, True, None, float("nan"), float("inf"), 10**400, [], 1e10], ids=repr)
def test_a_lifetime_that_cannot_be_right_is_refused(lifetime: Any) -> None:
    with pytest.raises(AuthProtocolError) as caught:
        AuthTokens.from_result(result(ExpiresIn=lifetime))

    assert caught.value.name == "InvalidTokens"


def encoded(payload: bytes) -> str:
    return f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.c2ln"


NO_JWT = {
    "empty": "",
    "one part": "abc",
    "two parts": "e30.e30",
    "four parts": "e30.e30.e30.e30",
    "no Base64": "e30.*.e30",
    "half a Base64": "e30.e.e30",
    "no UTF-8": encoded(b"\xff\xfe{"),
    "no JSON": encoded(b"{"),
    "a list": encoded(b"[]"),
    "a number": encoded(b"5"),
    "null": encoded(b"null"),
    "deep": encoded(b"[" * 100_000),
    "a huge number": encoded(b'{"exp": ' + b"9" * 5000 + b"}"),
    "beyond ASCII": jwt() + "\u00e4",
    "a line more": jwt() + ".\n",
    "a user that is no text": jwt(username=5),
    "a sub that is no text": jwt(sub={"a": "b"}),
    "a user that cannot be encoded": jwt(username="\ud800"),
    "a name that is no text": jwt(**{"cognito:username": ["x"]}),
}


@pytest.mark.parametrize("kind", NO_JWT)
@pytest.mark.parametrize("member", ["AccessToken", "IdToken"])
def test_what_is_no_jwt_is_refused_and_not_shown(member: str, kind: str) -> None:
    with pytest.raises(AuthProtocolError) as caught:
        AuthTokens.from_result(result(**{member: NO_JWT[kind]}))

    assert caught.value.name == "InvalidTokens"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert not NO_JWT[kind] or NO_JWT[kind] not in f"{caught.value!r}{vars(caught.value)}"


@pytest.mark.parametrize("member", ["AccessToken", "IdToken", "RefreshToken", "TokenType"])
@pytest.mark.parametrize("value", [5, b"x", [], {}, True, "\ud800"], ids=repr)
def test_a_member_of_another_type_is_refused(member: str, value: Any) -> None:
    with pytest.raises(AuthProtocolError):
        AuthTokens.from_result(result(**{member: value}))


@pytest.mark.parametrize("missing", ["MISSING", None])
def test_without_access_token_there_is_no_sign_in(missing: Any) -> None:
    with pytest.raises(AuthProtocolError):
        AuthTokens.from_result(result(AccessToken=missing))


def test_claims_are_decoded_in_any_language_and_padding() -> None:
    for name in ("a", "ab", "abc", "abcd", "\u65e5\u672c", "\U0001f600", "\u00fc?>~"):
        assert decode_jwt_payload(encoded(json.dumps({"name": name}, ensure_ascii=False).encode())) == {"name": name}


def test_claims_cannot_be_changed() -> None:
    tokens = AuthTokens.from_result(result())

    with pytest.raises(TypeError):
        tokens.access_token_claims["username"] = "bob"  # type: ignore[index]


def test_tokens_are_an_immutable_snapshot() -> None:
    tokens = AuthTokens.from_result(result())

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        tokens.access_token = "x"  # type: ignore[misc]


@pytest.mark.parametrize("form", [repr, str, "{}".format, ascii])
def test_no_token_is_shown(form: Any) -> None:
    tokens = AuthTokens.from_result(result())
    shown = form(tokens)

    assert not any(token in shown for token in (tokens.access_token, "opaque-refresh-token"))
    assert "access_token='***'" in shown
    assert "id_token=None" in form(AuthTokens.from_result({"AccessToken": jwt()}))


def test_no_token_is_pickled() -> None:
    tokens = AuthTokens.from_result(result())
    pickled = pickle.dumps(tokens)

    assert tokens.access_token.encode() not in pickled
    assert b"opaque-refresh-token" not in pickled
    assert pickle.loads(pickled).expires_at == tokens.expires_at
