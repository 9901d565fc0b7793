"""Every Python snippet of the README runs, in order, chapter by chapter, on the embedded Cognito.

A chapter is what a reader copies from: its snippets share their names and a fresh Cognito, and nothing else. Snippets
that define tests are run by pytest. `input` and `getpass` are answered as a user would who reads the codes sent to him.
"""

import json
import os
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import boto3
import pytest

import amplify_auth as auth
from amplify_auth.testing import MockPool, mock_cognito
from amplify_auth.testing._core.crypto.totp import code_at

pytestmark = pytest.mark.slow

README = Path(__file__).parents[2] / "README.md"
PASSWORD = "Corr3ct-horse"
# What the README writes for "your own": the embedded Cognito has other values.
POOL, CLIENT = "eu-west-1_AbC123", "1h57kf5cpq17m0eml12EXAMPLE"
IDENTITY_POOL, API = "eu-west-1:0aa1b2c3-0000-4000-8000-000000000000", "https://api.example.com/orders"
PRINTS = {
    "A script": ("ContinueSignInWithMfaSelection", "Signed in as alice.", "bob dave"),
    "Every next step": (),
    "Signing up": ("A code went to c***@e***.", "is_signed_in=True"),
    "Your account": (
        "bob@example.com",
        "otpauth://totp/My%20App:bob",
        "MfaPreference(preferred='TOTP', enabled=('TOTP',))",
    ),
    "Scripts that run for days": ("bob has a token of", "signed_out bob"),
    "A job without a person": ("svc",),
    "AWS calls as the user": ("us-east-1:",),
    "Calling your API": ("200", "bob aws.cognito.signin.user.admin"),
    "Errors": ("Wrong user name or password.",),
    "Coming from another library": ("dave",),
}


@attrs.frozen
class Snippet:
    line: int
    code: str

    @property
    def tests(self) -> None:
        return len(re.findall(r"^\s*(?:async )?def test_", self.code, flags=re.MULTILINE))


def chapters():
    """The Python snippets under each heading of the second level."""
    found, chapter, fence, block = {}, None, None, []
    for number, line in enumerate(README.read_text().splitlines(), 1):
        opening = re.match(r"\s*```(\w*)$", line)
        if fence is None and line.startswith("## "):
            chapter = line[3:]
        elif fence is None and opening:
            fence, block = (opening[1], number), []
        elif fence is not None and line.strip() == "```":
            if fence[0] == "python":
                found.setdefault(chapter, []).append(Snippet(fence[1] + 1, textwrap.dedent("\n".join(block))))
            fence = None
        elif fence is not None:
            block.append(line)
    return found


CHAPTERS = chapters()


class Orders(BaseHTTPRequestHandler):
    """The API of the README: answers those who have a token."""

    def do_GET(self):
        self.send_response(200 if self.headers["Authorization"].startswith("Bearer ey") else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def api() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Orders) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/orders"
        server.shutdown()
        thread.join()


@pytest.fixture
def pool(chapter: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A pool that the environment and a file name, with users who have a second factor, and users without one."""
    for name in os.environ:
        if name.startswith(("AWS_", "AMPLIFY_AUTH_")):
            monkeypatch.delenv(name)
    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="OPTIONAL", device_tracking="OPT_IN" if chapter == "Your account" else "OFF")
        pool.create_user("alice", PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
        for name in ("bob", "dave", "svc"):
            pool.create_user(name, PASSWORD)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        Path("amplify_outputs.json").write_text(json.dumps({"version": "1.4", "auth": dict(pool.config)}))
        Path("photo.jpg").write_bytes(b"a photo")
        monkeypatch.setenv("AMPLIFY_AUTH_USER_POOL_ID", pool.config["user_pool_id"])
        monkeypatch.setenv("AMPLIFY_AUTH_USER_POOL_CLIENT_ID", pool.config["user_pool_client_id"])
        monkeypatch.setattr("builtins.input", lambda prompt="": typed(pool, prompt))
        monkeypatch.setattr("getpass.getpass", lambda prompt="": PASSWORD)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="photos")
        monkeypatch.setenv("REFRESH_TOKEN", refresh_token_of(pool, "dave"))
        monkeypatch.setenv("JOB_PASSWORD", PASSWORD)
        monkeypatch.setenv("JOB_TOTP_SECRET", totp_secret_of(pool, "svc"))
        yield pool


def refresh_token_of(pool: MockPool, name: str) -> str:
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    assert session.tokens is not None
    return session.tokens.refresh_token or ""


def totp_secret_of(pool: MockPool, name: str) -> str:
    """The secret of an authenticator app that is set up now. Its code of this moment is not used."""
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    secret = auth.set_up_totp(session=session).shared_secret
    auth.verify_totp_setup(code_at(secret, time.time() - 30), session=session)
    auth.update_mfa_preference(totp="PREFERRED", session=session)
    return secret


@pytest.fixture
def real_values(pool: MockPool, api: Any) -> Any:
    """What takes the place of each placeholder."""
    identities = boto3.client("cognito-identity", region_name="us-east-1")
    made = identities.create_identity_pool(IdentityPoolName="users", AllowUnauthenticatedIdentities=False)
    return {
        POOL: pool.config["user_pool_id"],
        CLIENT: pool.config["user_pool_client_id"],
        IDENTITY_POOL: made["IdentityPoolId"],
        API: api,
    }


def typed(pool, prompt):
    """What the user types who is asked ``prompt``."""
    if prompt == "User name: ":
        return "alice"
    if prompt == "Code that the app shows: ":
        return pool.totp(auth.get_current_user().username)
    pending = auth.get_session().pending_sign_in
    match pending and pending.next_step:
        case None:
            return pool.outbox[-1].code
        case auth.ContinueSignInWithMfaSelection():
            return "TOTP"
        case auth.ConfirmSignInWithTotpCode():
            return pool.totp(pending.login_id)
    raise AssertionError(f"the user does not know what to type for {prompt!r}")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_snippets_of_a_chapter_run(chapter: Any, real_values: Any, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"__name__": "readme"}
    for snippet in CHAPTERS[chapter]:
        code = snippet.code
        for placeholder, value in real_values.items():
            code = code.replace(placeholder, value)
        if snippet.tests:
            run_tests(snippet)
        else:
            exec(compile("\n" * (snippet.line - 1) + code, README, "exec"), names)
    printed = capsys.readouterr().out

    assert [words for words in PRINTS.get(chapter, ()) if words not in printed] == []


def run_tests(snippet):
    path = Path(f"test_line_{snippet.line}.py")
    path.write_text(snippet.code)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", path], capture_output=True, text=True)
    assert f"{snippet.tests} passed" in done.stdout, done.stdout + done.stderr


def test_every_fence_says_its_language_and_no_snippet_is_passed_over() -> None:
    lines = README.read_text().splitlines()
    fences = [line.strip() for line in lines if line.strip().startswith("```")]
    languages = fences[::2]

    assert set(languages) <= {"```python", "```sh", "```json", "```text", "```js"}
    assert set(fences[1::2]) == {"```"}
    assert sum(len(snippets) for snippets in CHAPTERS.values()) == languages.count("```python")
    assert PRINTS.keys() <= CHAPTERS.keys()
