"""Sessions of one signed-in user that came about in different ways, on different pools. Functions of an account work
in all of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD

#: Settings of pools. In the last one, Cognito's own name for a user is a UUID.
POOLS: dict[str, dict[str, Any]] = {
    "public": {"client_secret": False},
    "confidential": {"client_secret": True},
    "by e-mail": {"client_secret": True, "username_attributes": ("email",)},
}
#: An identity pool that gives nothing: no connection to its endpoint is possible.
BROKEN_IDENTITY_POOL = {
    "identity_pool_id": "us-east-1:00000000-0000-4000-8000-000000000000",
    "identity_pool_endpoint_url": "http://127.0.0.1:9",
}
WAYS = ("as it is", "restored", "from a file", "with a broken identity pool")


def login_id(pool_kind: str, name: str) -> str:
    """What a user of this kind of pool types as the name."""
    return f"{name}@example.com" if pool_kind == "by e-mail" else name


def arrive(way: str, pool: MockPool, typed: str, session_of: SessionOf, folder: Path, **options: Any) -> auth.Session:
    """A session in which the user is signed in, made in one of `WAYS`."""
    if way == "from a file":
        options["storage"] = FileStorage(folder / "session.json")
    if way == "with a broken identity pool":
        options |= BROKEN_IDENTITY_POOL
    session = session_of(pool, auth_flow_type="USER_PASSWORD_AUTH", **options)
    assert auth.sign_in(typed, PASSWORD, session=session).is_signed_in
    if way == "from a file":
        return session_of(pool, **options)
    if way == "restored":
        other = session_of(pool, **options)
        other.restore_state(session.export_state())
        return other
    return session


Arrive = Callable[..., auth.Session]
"""``arrive(**options)``: a session of the pool in which the user is signed in."""
