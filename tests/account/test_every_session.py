"""Every function of an account, for every kind of pool, session and token, at a service that verifies."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool, SoftwarePasskey
from tests.support.every_function import ACCOUNT, function_of
from tests.support.newest_model import needs_newest
from tests.support.rows import EveryRow
from tests.support.users import PASSWORD

pytestmark = [pytest.mark.slow, needs_newest]

#: The pool's settings, and the name that the user types.
POOLS: dict[str, tuple[dict[str, Any], str]] = {
    "public": ({}, "alice"),
    "confidential": ({"client_secret": True}, "alice"),
    "by e-mail": ({"client_secret": True, "username_attributes": ("email",)}, "alice@example.com"),
    "by phone": ({"username_attributes": ("phone_number",)}, "+15555550100"),
    "rotating": ({"client_secret": True, "refresh_token_rotation": True}, "alice"),
}
ARRIVALS = ("signed in", "restored", "stored")
BROKEN = {
    "identity_pool_id": "us-east-1:0aa1b2c3-0000-4000-8000-000000000000",
    "identity_pool_endpoint_url": "http://127.0.0.1:9",  # nothing listens there
}


@attrs.define
class Story:
    """One user, and the functions in an order in which each can succeed."""

    cognito: MockCognito
    pool: MockPool
    name: str
    session: auth.Session
    password: str = PASSWORD

    def steps(self) -> dict[str, Callable[[], object]]:
        """The function, or the function and how -> the call."""
        pool, name, s = self.pool, self.name, self.session
        return {
            "fetch_user_attributes": lambda: auth.fetch_user_attributes(session=s)["sub"] == s.user_id or 1 / 0,
            "fetch_auth_factors": lambda: auth.fetch_auth_factors(session=s),
            "fetch_mfa_preference": lambda: auth.fetch_mfa_preference(session=s),
            "update_password": self.change_password,
            "update_user_attributes": lambda: auth.update_user_attributes({"nickname": "A"}, session=s),
            "update_user_attribute": lambda: auth.update_user_attribute("name", "Alice", session=s),
            "delete_user_attributes": lambda: auth.delete_user_attributes(["nickname", "name"], session=s),
            "send_user_attribute_verification_code": lambda: auth.send_user_attribute_verification_code(
                "email", session=s
            ),
            "confirm_user_attribute": lambda: auth.confirm_user_attribute(
                "email", pool.code(name, "Verify:email"), session=s
            ),
            "set_up_totp": lambda: auth.set_up_totp(session=s),
            "verify_totp_setup": lambda: auth.verify_totp_setup(pool.totp(name), session=s),
            "update_mfa_preference": lambda: auth.update_mfa_preference(totp="PREFERRED", sms="ENABLED", session=s),
            "update_mfa_preference, off": lambda: auth.update_mfa_preference(
                totp="DISABLED", sms="DISABLED", session=s
            ),
            "associate_web_authn_credential": lambda: auth.associate_web_authn_credential(session=s),
            "list_web_authn_credentials": lambda: auth.list_web_authn_credentials(session=s).credentials[0],
            "delete_web_authn_credential": lambda: auth.delete_web_authn_credential(
                auth.list_web_authn_credentials(session=s).credentials[0].credential_id, session=s
            ),
            "list_user_sessions": lambda: auth.list_user_sessions(session=s)[0],
            "revoke_user_session": self.revoke_another,
            "fetch_devices": lambda: auth.fetch_devices(session=s)[0],
            "remember_device": lambda: auth.remember_device(session=s),
            "reset_password": lambda: auth.reset_password(name, session=s),
            "confirm_reset_password": self.confirm_reset,
            "forget_device": lambda: auth.forget_device("us-east-1_aaaaaaaa-2222-4333-8444-555555555555", session=s),
            "delete_user": lambda: auth.delete_user(session=s),
        }

    def change_password(self) -> None:
        old, self.password = self.password, f"{self.password}!"
        auth.update_password(old, self.password, session=self.session)

    def confirm_reset(self) -> None:
        code = self.pool.code(self.name, "ForgotPassword")
        auth.confirm_reset_password(self.name, "An0ther-passw0rd!", code, session=self.session)
        self.password = "An0ther-passw0rd!"

    def revoke_another(self) -> None:
        other = auth.Session(**self.pool.config)
        auth.sign_in(self.name, self.password, session=other)
        sessions = auth.list_user_sessions(session=self.session)
        (found,) = [item for item in sessions if not item.is_current_session][-1:]
        auth.revoke_user_session(found.session_id, session=self.session)


def begin(cognito: MockCognito, kind: str, arrival: str, path: Path, **options: Any) -> Story:
    settings, name = POOLS[kind]
    pool = cognito.create_pool(mfa="OPTIONAL", device_tracking="OPT_IN", auto_verify=("email",), **settings)
    pool.create_user(name, PASSWORD, attributes={"email": "alice@example.com", "phone_number": "+15555550100"})
    usual = {**pool.config, **BROKEN, "passkey": SoftwarePasskey(), **options}
    session = auth.Session(**usual, storage=FileStorage(path))
    auth.sign_in(name, PASSWORD, session=session)
    if arrival == "restored":
        exported = session.export_state()
        session = auth.Session(**usual)
        session.restore_state(exported)
    elif arrival == "stored":
        session = auth.Session(**usual, storage=FileStorage(path))
    return Story(cognito, pool, name, session)


def test_the_story_has_every_function(cognito: MockCognito, tmp_path: Path) -> None:
    story = begin(cognito, "public", "signed in", tmp_path / "session.json")

    assert {function_of(step) for step in story.steps()} == {function_of(row) for row in ACCOUNT}


@pytest.mark.parametrize("trouble", ["none", "expired", "revoked"])
@pytest.mark.parametrize("arrival", ARRIVALS)
@pytest.mark.parametrize("kind", POOLS)
def test_every_function_works(kind: str, arrival: str, trouble: str, cognito: MockCognito, tmp_path: Path) -> None:
    """Without its identity pool, and with one refresh at most for each function."""
    story = begin(cognito, kind, arrival, tmp_path / "session.json")
    with EveryRow() as every:
        for step, play in story.steps().items():
            with every.row(step):
                assert story.session.tokens
                cognito.calls.clear()
                row = ACCOUNT[function_of(step)]
                if trouble == "expired" and row.needs_user:
                    cognito.clock.advance(3601)
                if trouble == "revoked" and row.needs_user:
                    message = "Access Token has been revoked"
                    cognito.fail_next(row.operations[0], code="NotAuthorizedException", message=message)
                play()
                refreshes = cognito.calls.operations.count("GetTokensFromRefreshToken")

                assert refreshes == (trouble != "none" and row.needs_user)
                assert story.session.is_signed_in == (step != "delete_user")


@pytest.mark.parametrize("with_storage", [False, True])
@pytest.mark.parametrize("kind", POOLS)
def test_every_function_says_that_the_session_was_ended_elsewhere(
    kind: str, with_storage: bool, cognito: MockCognito, tmp_path: Path
) -> None:
    with EveryRow() as every:
        numbers = itertools.count()
        story = begin(cognito, kind, "signed in", tmp_path / "session.json")
        names = [name for name, function in ACCOUNT.items() if function.needs_user]
        for name in names:
            with every.row(name):
                path = tmp_path / f"session{next(numbers)}.json"
                options: dict[str, Any] = {"storage": FileStorage(path)} if with_storage else {}
                session = auth.Session(**story.pool.config, **BROKEN, passkey=SoftwarePasskey(), **options)
                auth.sign_in(story.name, PASSWORD, session=session)
                other = auth.Session(**story.pool.config)
                auth.sign_in(story.name, PASSWORD, session=other)
                auth.sign_out(global_sign_out=True, session=other)
                for _ in range(2):
                    with pytest.raises(errors.SessionEnded):
                        ACCOUNT[name].call(session)

                assert not session.is_signed_in
                assert not auth.Session(**story.pool.config, **options).is_signed_in
                assert auth.sign_in(story.name, PASSWORD, session=session).is_signed_in
