"""A user who is signed in, in each way that a session can come to its tokens; and one of the scripted service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.scripted_cognito import ScriptedCognito, jwt, signs_in

PASSWORD = "Passw0rd!"
#: How the session came to be.
KINDS = ("public", "confidential", "by e-mail", "restored", "stored", "without its identity pool")


@attrs.frozen
class SignedInUser:
    """A pool of the test bed, the name that the user types there, and the session."""

    pool: MockPool
    name: str
    session: auth.Session


def sign_in(pool: MockPool, name: str, session: auth.Session) -> auth.Session:
    """Sign in, with the authenticator's code if that is asked for."""
    out = auth.sign_in(name, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    if not out.is_signed_in:
        auth.confirm_sign_in(pool.totp(name), session=session)
    return session


def signed_in_user(
    kind: str,
    pool_of: PoolOf,
    session_of: SessionOf,
    name: str,
    folder: Path,
    *,
    settings: dict[str, Any] | None = None,
    **user: Any,
) -> SignedInUser:
    """A new user, signed in.

    Args:
        kind: One of `KINDS`.
        pool_of: The fixture.
        session_of: The fixture.
        name: The user's name.
        folder: For a stored session.
        settings: Settings of the pool.
        **user: Settings of the user, as of ``create_user``.
    """
    settings = {"mfa": "OPTIONAL", **(settings or {})}
    if kind == "confidential":
        settings["client_secret"] = True
    if kind == "by e-mail":
        settings["username_attributes"] = ("email",)
        name = f"{name}@example.com"
    pool = pool_of(**settings)
    pool.create_user(name, PASSWORD, **user)
    options: dict[str, Any] = {}
    if kind == "without its identity pool":
        options = {
            "identity_pool_id": "us-east-1:0aa1b2c3-0000-4000-8000-000000000000",
            "identity_pool_endpoint_url": "http://127.0.0.1:9",  # nothing listens there
        }
    if kind == "stored":
        options = {"storage": FileStorage(folder / "session.json")}
    session = sign_in(pool, name, session_of(pool, **options))
    if kind == "restored":
        exported = session.export_state()
        session = session_of(pool)
        session.restore_state(exported)
    if kind == "stored":
        session = session_of(pool, storage=FileStorage(folder / "session.json"))
    assert session.is_signed_in
    return SignedInUser(pool, name, session)


def scripted_user(session: auth.Session, scripted: ScriptedCognito, name: str = "alice") -> auth.Session:
    """The session of the scripted service, with a user signed in. The requests so far are forgotten."""
    scripted.on("InitiateAuth", signs_in(name))
    auth.sign_in(name, PASSWORD, session=session)
    scripted.requests.clear()
    return session


def other_tokens(name: str = "alice") -> dict[str, Any]:
    """Tokens that differ from the first ones, as a refresh gives them."""
    return {
        "AccessToken": jwt(username=name, jti="2"),
        "IdToken": jwt(**{"cognito:username": name, "jti": "2"}),
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
    }
