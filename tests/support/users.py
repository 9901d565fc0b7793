"""Users, and a client that tests share."""

import functools
from typing import Any

from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth.testing import MockPool
from tests.support.clients import make_client

PASSWORD = "Passw0rd!"


def with_alice(pool: MockPool) -> MockPool:
    """The pool, with the user alice in it."""
    pool.create_user("alice", PASSWORD)
    return pool


def sign_up(session: auth.Session, name: str, password: str | None = "Passw0rd!", **options: Any) -> auth.SignUpOutput:
    """Sign a user up whose e-mail address follows from the name."""
    email = name if "@" in name else f"{name}@example.com"
    return auth.sign_up(name, password, user_attributes={"email": email}, session=session, **options)


def new_client(**options: Any) -> Any:
    """A client that repeats nothing, so that a test sees each failure at once."""
    config = Config(signature_version=UNSIGNED, retries={"mode": "standard", "total_max_attempts": 1})
    return make_client("cognito-idp", "us-east-1", config=config, **options)


#: One client for all tests: making one takes long. A test that adds event handlers makes its own.
shared_client = functools.cache(new_client)
