"""The snippets of docs/servers.md serve two users, each as himself.

Flask comes with the test bed. The snippets of FastAPI and Django run if these are installed.
"""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool

PAGE = (Path(__file__).parents[2] / "docs" / "servers.md").read_text("utf-8")
SNIPPETS: dict[str, str] = dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```python\n(.*?)^```", PAGE, re.M | re.S))
PASSWORD = "Corr3ct-horse"


@pytest.fixture
def pool(cognito: MockCognito, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MockPool:
    """A pool with two users, which the environment names. The working directory is empty."""
    pool = cognito.create_pool()
    for name in ("alice", "bob"):
        pool.create_user(name, PASSWORD)
    for option in ("user_pool_id", "user_pool_client_id"):
        monkeypatch.setenv(f"AMPLIFY_AUTH_{option.upper()}", pool.config[option])
    monkeypatch.chdir(tmp_path)
    return pool


def run_snippet(heading: str) -> dict[str, Any]:
    """The names that the snippet makes."""
    names: dict[str, Any] = {"__name__": "app"}
    exec(compile(SNIPPETS[heading], f"docs/servers.md, {heading}", "exec"), names)
    return names


def test_there_is_a_snippet_for_each_kind_of_server() -> None:
    assert list(SNIPPETS) == ["AWS Lambda", "Flask", "FastAPI", "Django"]
    for code in SNIPPETS.values():
        calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]

        assert [call for call in calls if isinstance(call, ast.Attribute) and call.attr == "configure"] == []


@pytest.mark.usefixtures("pool")
def test_lambda() -> None:
    handlers = run_snippet("AWS Lambda")
    answers = [handlers["sign_in"]({"username": name, "password": PASSWORD}, None) for name in ("alice", "bob")]

    assert [answer["step"] for answer in answers] == ["DONE", "DONE"]
    assert [handlers["who"](answer, None)["user"] for answer in answers] == ["alice", "bob"]
    assert not handlers["APP"].is_signed_in


@pytest.mark.usefixtures("pool")
def test_flask() -> None:
    app = run_snippet("Flask")["app"]
    app.testing = True
    browsers = {name: app.test_client() for name in ("alice", "bob")}
    for name, browser in browsers.items():
        assert browser.post("/sign-in", data={"username": name, "password": PASSWORD}).json == {"step": "DONE"}

    assert [browser.get("/me").json["user"] for browser in browsers.values()] == ["alice", "bob"]
    assert browsers["alice"].post("/sign-out").json == {"complete": True}
    with pytest.raises(auth.errors.UserUnAuthenticatedException):
        browsers["alice"].get("/me")
    assert browsers["bob"].get("/me").json == {"user": "bob"}


@pytest.mark.usefixtures("pool")
@pytest.mark.filterwarnings("ignore")  # of the framework, which is not ours
def test_fastapi() -> None:
    pytest.importorskip("fastapi")
    client = importlib.import_module("fastapi.testclient").TestClient
    app = run_snippet("FastAPI")["app"]
    browsers = {name: client(app, base_url="https://testserver") for name in ("alice", "bob")}
    for name, browser in browsers.items():
        assert browser.post("/sign-in", data={"username": name, "password": PASSWORD}).json() == {"step": "DONE"}

    for path in ("/me", "/attributes"):
        assert [browser.get(path).json() for browser in browsers.values()] == [{"user": "alice"}, {"user": "bob"}]


@pytest.mark.usefixtures("pool")
def test_django() -> None:
    pytest.importorskip("django")
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure()
    names = run_snippet("Django")
    request_of = importlib.import_module("django.test").RequestFactory().get
    kept: dict[str, dict[str, str]] = {"alice": {}, "bob": {}}

    def request(name: str, view: Any) -> Any:
        made = request_of("/")
        made.session = kept[name]
        return names["user_session_middleware"](view)(made)

    for name in kept:
        request(name, lambda made, name=name: auth.sign_in(name, PASSWORD))

    assert [b'"alice"' in request(name, names["me"]).content for name in kept] == [True, False]
    assert b'"bob"' in request("bob", names["me"]).content
