"""How SRP loads warrant-lite: without what it does not need, and with a plain import if anything is not as expected."""

from __future__ import annotations

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import amplify_auth
from amplify_auth import AuthConfigurationError, _srp
from amplify_auth._srp import SrpClient, load_warrant_lite, make_device_secret

PACKAGE = Path(amplify_auth.__file__).parent
#: A private value, what a server sends, and the right proof.
PRIVATE = int("0123456789abcdef" * 16, 16)
PARAMETERS = {
    "SRP_B": "fedcba9876543210" * 48,
    "SALT": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    "SECRET_BLOCK": "c2VjcmV0LWJsb2Nr",
}
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
PROOF = "X5caJOSL5Vpz32A3LoP5MenB85/jWl7/VOdP12y/BdM="
SOURCE = Path(str(find_spec("warrant_lite").origin)).read_text()  # type: ignore[union-attr]

ALONE = """
from amplify_auth._srp import load_warrant_lite
alone = load_warrant_lite()
import warrant_lite
assert warrant_lite is not alone and warrant_lite.jwt.decode, "a program that imports it gets all of it"
assert (alone.n_hex, alone.g_hex) == (warrant_lite.n_hex, warrant_lite.g_hex)
assert load_warrant_lite() is alone
"""
AFTER = """
import warrant_lite
from amplify_auth._srp import load_warrant_lite
assert load_warrant_lite() is warrant_lite, "not twice in one process"
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    paths = {"PYTHONPATH": str(PACKAGE.parent), **environment}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **paths}).stdout


def test_a_program_that_imports_warrant_lite_later_gets_all_of_it() -> None:
    run(ALONE)


def test_what_the_program_has_imported_is_used() -> None:
    run(AFTER)


# What is not as expected


class Loader:
    """A loader whose ``get_code`` gives the code of ``source``. A plain import gets the code of the real file."""

    def __init__(self, source: str) -> None:
        self.source = source

    def get_code(self, name: str) -> Any:
        return compile(self.source, name, "exec")


class BrokenLoader:
    def get_code(self, name: str) -> Any:
        raise OSError("unreadable")


def without_attribute(name: str) -> str:
    """warrant-lite whose object lacks ``name`` once it is made."""
    return f"""{SOURCE}
class WarrantLite(WarrantLite):
    def __getattribute__(self, name):
        if name == {name!r}:
            raise AttributeError(name)
        return super().__getattribute__(name)
"""


UNEXPECTED = {
    "no spec": None,
    "no loader": SimpleNamespace(loader=None),
    "no get_code": SimpleNamespace(loader=object()),
    "get_code raises": SimpleNamespace(loader=BrokenLoader()),
    "no code": SimpleNamespace(loader=SimpleNamespace(get_code=lambda name: None)),
    "no code object": SimpleNamespace(loader=SimpleNamespace(get_code=lambda name: object())),
}
SOURCES = {
    "the module raises": f"{SOURCE}\nraise RuntimeError('no')",
    "the module uses what is not loaded": f"{SOURCE}\nboto3.client('cognito-idp').meta()['x'] + 1",
    "the module imports a part of itself": f"{SOURCE}\nfrom .srp import WarrantLite",
    "another group": SOURCE.replace("g_hex = '2'", "g_hex = '5'"),
    "another padding": f"{SOURCE}\npad_hex = long_to_hex",
    "the private value is made elsewhere": SOURCE.replace("self.generate_random_small_a()", "get_random(128)"),
    **{
        f"no {name}": f"{SOURCE}\ndel {name}"
        for name in ("WarrantLite", "pad_hex", "hash_sha256", "hex_hash", "WarrantLite.get_password_authentication_key")
    },
    **{
        f"no {name} of an object": without_attribute(name)
        for name in (
            "big_n",
            "g",
            "small_a_value",
            "large_a_value",
            "generate_random_small_a",
            "get_password_authentication_key",
        )
    },
}
SOURCES["no WarrantLite.generate_random_small_a"] = SOURCE.replace("generate_random_small_a", "make_private_value")


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that has not imported warrant-lite."""
    monkeypatch.delitem(sys.modules, "warrant_lite", raising=False)
    load_warrant_lite.cache_clear()
    _srp._arithmetic_class.cache_clear()
    yield
    load_warrant_lite.cache_clear()
    _srp._arithmetic_class.cache_clear()


def assert_proofs_are_right() -> None:
    made = make_device_secret("-dg", "us-east-1_dk", random=b"\xc4" * 56)
    proof = SrpClient(PRIVATE).prove("abc", "alice", "Pass123!x", PARAMETERS, NEW_YEAR)

    assert made.verifier.startswith("RmFq9y+FQ0wrnUduZPY3C93fUXMP4x6C")
    assert proof["PASSWORD_CLAIM_SIGNATURE"] == PROOF
    assert SrpClient()._arithmetic.small_a_value.bit_length() == 257


@pytest.mark.usefixtures("nothing_loaded")
def test_without_anything_unexpected_the_arithmetic_alone_is_loaded() -> None:
    assert_proofs_are_right()
    assert "warrant_lite" not in sys.modules
    assert type(load_warrant_lite().boto3) is _srp._Stub


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize("what", UNEXPECTED)
def test_what_cannot_be_loaded_alone_is_imported(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_srp, "find_spec", lambda name: UNEXPECTED[what])

    assert_proofs_are_right()
    assert load_warrant_lite() is sys.modules["warrant_lite"]


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize("what", SOURCES)
def test_what_is_not_as_expected_when_it_is_loaded_alone_is_imported(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_srp, "find_spec", lambda name: SimpleNamespace(loader=Loader(SOURCES[what])))

    assert_proofs_are_right()
    assert load_warrant_lite() is sys.modules["warrant_lite"]


@pytest.mark.usefixtures("nothing_loaded")
def test_a_search_that_fails_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ValueError("no __spec__")

    monkeypatch.setattr(_srp, "find_spec", fail)

    assert_proofs_are_right()


# What is not there


@pytest.mark.usefixtures("nothing_loaded")
def test_without_warrant_lite_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warrant_lite", None)
    with pytest.raises(AuthConfigurationError, match="warrant-lite") as caught:
        SrpClient()

    assert caught.value.name == "MissingDependency"
    assert "pip install" in str(caught.value.recovery_suggestion)

    monkeypatch.delitem(sys.modules, "warrant_lite")
    assert_proofs_are_right()  # it was installed since


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize("what", ["no WarrantLite", "another group", "no pad_hex"])
def test_a_warrant_lite_with_another_arithmetic_is_refused(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("warrant_lite")
    exec(SOURCES[what], module.__dict__)
    monkeypatch.setitem(sys.modules, "warrant_lite", module)

    with pytest.raises(AuthConfigurationError, match="warrant-lite"):
        SrpClient()


def test_the_first_sign_in_without_warrant_lite_raises_a_typed_error() -> None:
    said = run(
        "import sys; sys.modules['warrant_lite'] = None\n"
        "import amplify_auth as auth\n"
        "session = auth.Session(user_pool_id='eu-west-1_A', user_pool_client_id='c', endpoint_url='http://127.0.0.1:9')\n"
        "try: auth.sign_in('u', 'p', session=session)\n"
        "except auth.AuthConfigurationError as error: print(error.name)"
    )

    assert said == "MissingDependency\n"


# Programs whose modules are not files


@pytest.mark.parametrize("name", ["warrant_lite", "gmpy2"])
def test_an_import_statement_names(name: str) -> None:
    """Tools that freeze programs read import statements, and no names in texts."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(_srp))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))

    assert name in found


IN_A_ZIP = """
import json, sys
from datetime import UTC, datetime
sys.path[:0] = sys.argv[1:2]
import amplify_auth
from amplify_auth._srp import SrpClient, load_warrant_lite
now = datetime(2024, 1, 1, tzinfo=UTC)
proof = SrpClient(int(sys.argv[2])).prove("abc", "alice", "Pass123!x", json.loads(sys.argv[3]), now)
print(json.dumps([
    amplify_auth.__file__,
    proof["PASSWORD_CLAIM_SIGNATURE"],
    sorted({"warrant_lite", "jose", "requests", "boto3"} & set(sys.modules)),
]))
"""


def test_a_proof_is_made_by_modules_from_a_zip_file(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "modules" / "amplify_auth", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "modules" / "warrant_lite").mkdir()
    (tmp_path / "modules" / "warrant_lite" / "__init__.py").write_text(SOURCE)
    archive = shutil.make_archive(str(tmp_path / "modules"), "zip", tmp_path / "modules")
    said = run(IN_A_ZIP, archive, str(PRIVATE), json.dumps(PARAMETERS), PYTHONPATH="")
    file, signature, imported = json.loads(said)

    assert file.startswith(archive)
    assert signature == PROOF
    assert imported == []
