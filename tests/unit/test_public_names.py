"""The public names are imported when the first of them is used. Programs notice nothing of it.

Each program is a process of its own, because here everything has been imported.
"""

from __future__ import annotations

import textwrap

import pytest

import amplify_auth
from amplify_auth import _public
from tests.support.processes import run

pytestmark = pytest.mark.slow


def printed(code: str) -> str:
    """What ``code`` prints."""
    done = run("-c", textwrap.dedent(code))
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.strip()


def test_the_import_of_the_package_imports_nothing_else() -> None:
    code = """
    import sys
    import amplify_auth
    amplify_auth.__version__, amplify_auth.__doc__, amplify_auth.__path__
    print(sorted(name for name in sys.modules if name.startswith(("amplify_auth", "attr", "boto"))))
    """

    assert printed(code) == "['amplify_auth']"


def test_the_errors_alone_can_be_imported() -> None:
    code = """
    import sys
    import amplify_auth
    amplify_auth.errors.AuthError
    print(sorted(name for name in sys.modules if name.startswith("amplify_auth")))
    """

    assert printed(code) == "['amplify_auth', 'amplify_auth._texts', 'amplify_auth.errors']"


@pytest.mark.parametrize(
    "code",
    [
        "from amplify_auth import *; print(sorted(name for name in dir() if not name.startswith('_')))",
        "import amplify_auth; print(sorted(name for name in dir(amplify_auth) if name in amplify_auth.__all__))",
        "import amplify_auth; print([name for name in amplify_auth.__all__ if getattr(amplify_auth, name)])",
    ],
    ids=["star", "dir", "each"],
)
def test_all_names_are_there(code: str) -> None:
    assert printed(code) == str(_public.__all__)


def test_a_sign_in_imports_nothing_that_is_only_for_an_account() -> None:
    code = """
    import sys
    import amplify_auth
    amplify_auth.sign_in
    print([name for name in sys.modules if name.startswith(("amplify_auth._account", "amplify_auth._api.attributes"))])
    amplify_auth.fetch_user_attributes
    print("amplify_auth._account.values" in sys.modules)
    """

    assert printed(code).splitlines() == ["[]", "True"]


def test_a_name_is_the_same_wherever_it_is_taken_from() -> None:
    assert amplify_auth.sign_in is amplify_auth._api.sign_in.sign_in
    assert "sign_in" in vars(amplify_auth), "the second look costs nothing"


def test_a_module_that_came_with_the_names_is_an_attribute_as_usual() -> None:
    assert printed("import amplify_auth; print(amplify_auth.storage.__name__)") == "amplify_auth.storage"


@pytest.mark.parametrize("name", ["sing_in", "_sing_in"])
def test_another_name_is_refused_in_pythons_words(name: str) -> None:
    code = f"""
    import amplify_auth
    try:
        amplify_auth.{name}
    except AttributeError as error:
        print(error)
    try:
        from amplify_auth import {name}
    except ImportError as error:
        print(str(error).partition(" (")[0])
    """

    assert printed(code).splitlines() == [
        f"module 'amplify_auth' has no attribute '{name}'",
        f"cannot import name '{name}' from 'amplify_auth'",
    ]


@pytest.mark.parametrize("way", ["amplify_auth.sign_in", "from amplify_auth import sign_in", "dir(amplify_auth)"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("sys.modules['attrs'] = None", "ModuleNotFoundError: import of attrs halted; None in sys.modules"),
        ("del os.getpid", "ImportError: amplify_auth cannot be imported: module 'os' has no attribute 'getpid'"),
    ],
    ids=["no-module", "no-attribute"],
)
def test_why_an_import_fails_is_not_hidden(way: str, fault: str, said: str) -> None:
    code = f"""
    import os, sys
    import amplify_auth
    {fault}
    try:
        {way}
    except BaseException as error:
        print(type(error).__name__, error, sep=": ")
    """

    assert printed(code) == said


def test_a_test_can_replace_a_name_that_was_never_used() -> None:
    code = """
    from unittest import mock
    import amplify_auth
    with mock.patch("amplify_auth.sign_in", "replaced"):
        print(amplify_auth.sign_in)
    print(amplify_auth.sign_in.__name__)
    """

    assert printed(code).split() == ["replaced", "sign_in"]


def test_many_threads_may_use_the_first_name() -> None:
    code = """
    import amplify_auth
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(16) as pool:
        print(set(pool.map(lambda name: getattr(amplify_auth, name).__name__, ["sign_in", "Session"] * 8)))
    """

    assert printed(code) in ("{'sign_in', 'Session'}", "{'Session', 'sign_in'}")
