"""`AuthTokens.expires_in`: how long the access token is good, by the clock that decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import amplify_auth as auth
from amplify_auth import AuthTokens, Session
from amplify_auth.testing import MockPool
from tests.support.makers import SessionOf
from tests.support.scripted_cognito import jwt


def tokens(lifetime: float) -> AuthTokens:
    return AuthTokens.from_result({"AccessToken": jwt(), "ExpiresIn": lifetime})


def test_counts_down(clock: Callable[[float], None]) -> None:
    made = tokens(300)
    assert 299 < made.expires_in <= 300
    clock(200)

    assert 99 < made.expires_in <= 100


@pytest.mark.parametrize("passed", [300, 300_000])
def test_is_zero_once_the_token_has_expired(clock: Callable[[float], None], passed: float) -> None:
    """So it can be slept for."""
    made = tokens(300)
    clock(passed)

    assert made.expires_in == 0.0
    assert made.is_expired


def test_is_not_zero_before(clock: Callable[[float], None]) -> None:
    made = tokens(300)
    clock(298)

    assert made.expires_in > 0
    assert not made.is_expired


def test_a_changed_wall_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    made = tokens(300)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)

    assert 299 < made.expires_in <= 300


def test_is_a_float() -> None:
    assert isinstance(tokens(300).expires_in, float)
    assert isinstance(tokens(0).expires_in, float)


def test_goes_on_in_another_process(
    pool: MockPool, signed_in: Session, quick_session: SessionOf, clock: Callable[[float], None]
) -> None:
    text = signed_in.export_state()
    clock(600)
    other = quick_session(pool)
    other.restore_state(text)

    assert other.tokens
    assert 2990 < other.tokens.expires_in <= 3000
    assert auth.fetch_auth_session(session=other).tokens == other.tokens
