"""Every change of second factors from every state, at a service that verifies, against the documented outcome."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import MfaPreference
from amplify_auth._cognito import call
from tests.support.makers import PoolOf, SessionOf
from tests.support.rows import EveryRow
from tests.support.signed_in_user import SignedInUser, signed_in_user

pytestmark = pytest.mark.slow

FACTORS = {"SMS": "SMSMfaSettings", "TOTP": "SoftwareTokenMfaSettings", "EMAIL": "EmailMfaSettings"}
WORDS = (None, "ENABLED", "DISABLED", "PREFERRED", "NOT_PREFERRED")


@pytest.fixture
def user(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> SignedInUser:
    """A user who can use each factor."""
    made = signed_in_user("public", pool_of, session_of, name, tmp_path)
    auth.set_up_totp(session=made.session)
    auth.verify_totp_setup(made.pool.totp(made.name), session=made.session)
    return made


def states() -> Iterator[MfaPreference]:
    """What a user can have: any factors on, and one of them preferred or none."""
    for count in range(len(FACTORS) + 1):
        for enabled in itertools.combinations(FACTORS, count):
            for preferred in (None, *enabled):
                yield MfaPreference(preferred=preferred, enabled=enabled)


def changes() -> Iterator[dict[str, Any]]:
    """What can be asked for: a word for each factor or for some, with one preferred at most."""
    for words in itertools.product(WORDS, repeat=len(FACTORS)):
        named = {factor: word for factor, word in zip(FACTORS, words, strict=True) if word is not None}
        if named and list(words).count("PREFERRED") < 2:
            yield named


def documented(before: MfaPreference, named: dict[str, Any]) -> MfaPreference:
    """The outcome by the docstring of `update_mfa_preference`."""
    enabled = [
        factor
        for factor in FACTORS
        if named.get(factor, "ENABLED" if factor in before.enabled else "DISABLED") != "DISABLED"
    ]
    chosen = [factor for factor, word in named.items() if word == "PREFERRED"]
    kept = before.preferred if named.get(str(before.preferred)) in (None, "ENABLED") else None
    return MfaPreference(preferred=chosen[0] if chosen else kept, enabled=tuple(enabled))


def put(session: auth.Session, state: MfaPreference) -> None:
    """Bring the user into a state, without the function that is tested."""
    assert session.tokens
    settings = {
        member: {"Enabled": factor in state.enabled, "PreferredMfa": factor == state.preferred}
        for factor, member in FACTORS.items()
    }
    call(session.config, "SetUserMFAPreference", AccessToken=session.tokens.access_token, **settings)


def in_order(found: MfaPreference) -> MfaPreference:
    return MfaPreference(preferred=found.preferred, enabled=tuple(sorted(found.enabled, key=list(FACTORS).index)))


def test_every_change_from_every_state(user: SignedInUser) -> None:
    session = user.session
    with EveryRow() as every:
        for state in states():
            for named in changes():
                with every.row(f"{state}: {named}"):
                    put(session, state)
                    options: dict[str, Any] = {factor.lower(): word for factor, word in named.items()}
                    auth.update_mfa_preference(**options, session=session)

                    assert in_order(auth.fetch_mfa_preference(session=session)) == documented(state, named)
    assert every.count == 20 * 111
