"""The public face: what is exported is documented, and the texts next to the code agree with it."""

import doctest
import importlib
import inspect
import pkgutil
import re
import types
from pathlib import Path
from typing import Any

import pytest

import amplify_auth
from amplify_auth import errors
from tests.support.rows import EveryRow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FACES = ("amplify_auth", "amplify_auth.errors", "amplify_auth.storage", "amplify_auth.testing")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(amplify_auth.__path__, "amplify_auth.")
    if not module.name.endswith("__main__")
)


def public_names(face):
    module = importlib.import_module(face)
    return [(face, name, getattr(module, name)) for name in module.__all__]


PUBLIC = [entry for face in FACES for entry in public_names(face)]
CLASSES = [value for _, _, value in PUBLIC if inspect.isclass(value)]
METHODS = [
    (kind, name, member)
    for kind in CLASSES
    for name, member in vars(kind).items()
    if not name.startswith("_") and isinstance(member, types.FunctionType | property | classmethod | staticmethod)
]


@pytest.mark.parametrize("face", FACES)
def test_all_is_sorted_and_names_everything_that_has_no_underscore(face: Any) -> None:
    module = importlib.import_module(face)
    importable = {
        name for name, value in vars(module).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    importable -= {"TYPE_CHECKING", "Any", "ClassVar", "Self"}
    importable -= {"import_module"}  # by which names are imported when first used
    exported_modules = {name for name in module.__all__ if inspect.ismodule(getattr(module, name))}

    assert importable | exported_modules == set(module.__all__)
    assert list(module.__all__) == sorted(set(module.__all__))


def test_a_public_function_is_called_in_the_type_checks() -> None:
    checks = "".join(path.read_text() for path in (ROOT / "tests" / "type_checks").glob("*.py"))
    functions = [name for face, name, value in PUBLIC if face == "amplify_auth" and inspect.isfunction(value)]

    assert len(functions) > 30
    assert [name for name in functions if f"auth.{name}(" not in checks] == []


@pytest.mark.parametrize("face", FACES)
def test_a_public_name_is_described(face: str) -> None:
    with EveryRow() as every:
        for _, name, value in public_names(face):
            with every.row(f"{face}.{name}"):
                described = inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value)

                assert re.search(rf"\b{name}\b", README), "README.md does not name it"
                assert not described or inspect.getdoc(value)


SECTION = r"{}:\n(.*?)(?:\n\n|\Z)"
OF_EVERY_REQUEST = {"AuthServiceError", "AuthNetworkError", "AuthProtocolError", "AuthConfigurationError"}
#: Functions that send requests, and whose docstring says what they raise in another way.
SAID_OTHERWISE = {
    "auto_sign_in": "as sign_in",
    "get_current_user": "a request is rare: any AuthError",
    "resend_sign_in_code": "as sign_in",
    "sign_out": "errors of requests are in its output",
    "update_user_attribute": "as update_user_attributes",
}


def entries(docstring: str, section: str) -> set[str]:
    """The names that a section of a docstring describes."""
    found = re.search(SECTION.format(section), docstring, re.DOTALL)
    lines = re.findall(r"^    \*{0,2}(\w[\w, ]*):", found[1] if found else "", re.MULTILINE)
    return {name for line in lines for name in line.split(", ")}


def test_a_docstring_describes_each_argument_and_each_error() -> None:
    silent = set()
    with EveryRow() as every:
        for face, name, function in PUBLIC:
            if face != "amplify_auth" or not inspect.isfunction(function):
                continue
            with every.row(name):
                docstring = inspect.getdoc(function) or ""
                raised = entries(docstring, "Raises")
                operations = re.search(r"Cognito operations?: (.*)", docstring)

                assert entries(docstring, "Args") == set(inspect.signature(function).parameters)
                assert [error for error in raised if error not in errors.__all__] == []
                if operations and operations[1] != "none." and not raised >= OF_EVERY_REQUEST:
                    silent.add(name)
    assert silent == SAID_OTHERWISE.keys()


def test_a_public_method_has_a_docstring() -> None:
    with EveryRow() as every:
        for kind, name, member in METHODS:
            with every.row(f"{kind.__name__}.{name}"):
                assert inspect.getdoc(member)


def test_the_examples_in_docstrings_are_true() -> None:
    with EveryRow() as every:
        for name in MODULES:
            with every.row(name):
                results = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

                assert results.failed == 0


def test_there_are_examples_in_docstrings() -> None:
    finder = doctest.DocTestFinder()
    examples = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]

    assert len(examples) >= 3


ADVICE_FOR_WARNINGS = {
    errors.DeviceRegistrationWarning: "What may pass is tried again at the next use of the session. "
    "If it ends for that, sign in again.",
    errors.StorageWarning: "Mend the storage. Make an error of the warning if a sign-in must be stored.",
}


def expected_error_table():
    rows = ["| error | what happened | what to do |", "|---|---|---|"]
    for name in errors.__all__:
        kind = getattr(errors, name)
        happened = inspect.getdoc(kind).split("\n\n")[0].replace("\n", " ").replace("``", "`")
        advice = getattr(kind, "default_recovery_suggestion", None) or "Its `recovery_suggestion` says it."
        advice = ADVICE_FOR_WARNINGS.get(kind, advice)
        rows.append(f"| `{name}` | {happened} | {advice} |")
    return "\n".join(rows)


def test_the_table_of_errors_says_what_the_errors_say() -> None:
    table = README.partition("<!-- errors -->\n")[2].partition("\n<!-- /errors -->")[0]

    assert table == expected_error_table(), f"README.md needs this table:\n\n{expected_error_table()}"


def test_the_changelog_opens_with_this_version() -> None:
    newest = re.search(r"^## \[(\d[^\]]*)\] - (Unreleased|\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert newest
    assert newest[1] == amplify_auth.__version__
