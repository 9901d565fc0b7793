"""Nine packages that only warrant-lite asks for: a whole SRP sign-in works without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import amplify_auth
from amplify_auth.testing import MockCognitoServer

PASSWORD = "Passw0rd!"
#: Each package, and the module that it installs.
UNUSED = {
    "certifi": "certifi",
    "charset-normalizer": "charset_normalizer",
    "ecdsa": "ecdsa",
    "envs": "envs",
    "idna": "idna",
    "pyasn1": "pyasn1",
    "python-jose": "jose",
    "requests": "requests",
    "rsa": "rsa",
}
SIGN_IN = """
import json, sys
pool_id, client_id, url, password, *unused = sys.argv[1:]

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in unused:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
for name in unused:
    try: __import__(name)
    except ModuleNotFoundError: pass
    else: raise AssertionError(f"{name} is not blocked")

import amplify_auth as auth

session = auth.Session(user_pool_id=pool_id, user_pool_client_id=client_id, endpoint_url=url)
signed_in = auth.sign_in("alice", password, auth_flow_type="USER_SRP_AUTH", session=session)
refreshed = auth.fetch_auth_session(force_refresh=True, session=session)
left = auth.sign_out(session=session)
modules = {name.partition(".")[0] for name in sys.modules}
print(json.dumps([signed_in.is_signed_in, bool(refreshed.tokens), left.is_complete, sorted(modules & set(unused))]))
"""


def brought_by(*roots: str) -> set[str]:
    """Every package that pip installs with ``roots``."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            for text in metadata.requires(name) or []:
                requirement = Requirement(text)
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    waiting.append(requirement.name)
    return found


@pytest.fixture
def server() -> Iterator[MockCognitoServer]:
    with MockCognitoServer() as running:
        yield running


def test_they_are_what_only_warrant_lite_asks_for() -> None:
    assert set(UNUSED) == brought_by("warrant-lite") - brought_by("attrs", "boto3", "botocore") - {"warrant-lite"}


def test_a_sign_in_works_without_them(server: MockCognitoServer) -> None:
    pool = server.cognito.create_pool()
    pool.create_user("alice", PASSWORD)
    arguments = [pool.id, pool.client_id, server.url, PASSWORD, *UNUSED.values()]
    done = subprocess.run(
        [sys.executable, "-c", SIGN_IN, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(amplify_auth.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True, True, True, []]
