"""The public face: what is exported is documented, and the texts beside the code agree with it."""

import doctest
import importlib
import inspect
import pkgutil
import re
import types
from pathlib import Path

import pytest

import amplify_auth
from amplify_auth import errors

ROOT = Path(__file__).parent.parent
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
def test_all_is_sorted_and_names_everything_that_has_no_underscore(face):
    module = importlib.import_module(face)
    importable = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name not in ("TYPE_CHECKING", "Any", "ClassVar")
    }
    importable -= {"import_module"}  # by which names are imported when first used
    exported_modules = {name for name in module.__all__ if inspect.ismodule(getattr(module, name))}

    assert importable | exported_modules == set(module.__all__)
    assert list(module.__all__) == sorted(set(module.__all__))


@pytest.mark.parametrize(("face", "name", "value"), PUBLIC, ids=lambda part: part if isinstance(part, str) else "")
def test_a_public_name_is_described(face, name, value):
    described = inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value)

    assert re.search(rf"\b{name}\b", README), f"README.md says nothing of {face}.{name}"
    assert not described or inspect.getdoc(value)


@pytest.mark.parametrize(("kind", "name", "member"), METHODS, ids=lambda part: getattr(part, "__name__", str(part)))
def test_a_public_method_has_a_docstring(kind, name, member):
    assert inspect.getdoc(member), f"{kind.__name__}.{name}"


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name):
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

    assert results.failed == 0


def test_there_are_examples_in_docstrings():
    finder = doctest.DocTestFinder()
    examples = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]

    assert len(examples) >= 3


def expected_error_table():
    rows = ["| error | what happened | what to do |", "|---|---|---|"]
    for name in errors.__all__:
        kind = getattr(errors, name)
        happened = inspect.getdoc(kind).split("\n\n")[0].replace("\n", " ").replace("``", "`")
        advice = getattr(kind, "default_recovery_suggestion", None) or "Its `recovery_suggestion` says it."
        if not issubclass(kind, errors.AuthError):
            advice = "Nothing must be done; filter the warning if MFA at the next sign-in is fine."
        rows.append(f"| `{name}` | {happened} | {advice} |")
    return "\n".join(rows)


def test_the_table_of_errors_says_what_the_errors_say():
    table = README.partition("<!-- errors -->\n")[2].partition("\n<!-- /errors -->")[0]

    assert table == expected_error_table(), f"README.md needs this table:\n\n{expected_error_table()}"


def test_the_changelog_opens_with_this_version():
    newest = re.search(r"^## \[(\d[^\]]*)\] - (Unreleased|\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert newest
    assert newest[1] == amplify_auth.__version__
