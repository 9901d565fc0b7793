"""What users read: public docstrings and messages name no private module, and messages speak Python."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.support.imports import source_files

FACES = ("amplify_auth", "amplify_auth.errors", "amplify_auth.storage", "amplify_auth.testing")
_PRIVATE = re.compile(r"(?<![\w.\]])_[a-z]\w*(?!\w*\()|amplify_auth\._\w+")
#: Functions of @aws-amplify/auth as JavaScript spells them.
_JAVASCRIPT = re.compile(
    r"\b(signIn|signUp|signOut|autoSignIn|confirmSignIn|confirmSignUp|resendSignUpCode|challengeResponse|"
    r"fetchAuthSession|getCurrentUser|deviceKey|deviceGroupKey|secretPassword)\b"
)


def public_docstrings() -> Iterator[tuple[str, str]]:
    """The name and the docstring of each public module, class, function and method."""
    for face in FACES:
        module = importlib.import_module(face)
        yield face, inspect.getdoc(module) or ""
        for name in module.__all__:
            member = getattr(module, name)
            if not inspect.isclass(member) and not inspect.isfunction(member):
                continue
            yield f"{face}.{name}", inspect.getdoc(member) or ""
            for inner, method in vars(member).items() if inspect.isclass(member) else ():
                if not inner.startswith("_"):
                    yield f"{face}.{name}.{inner}", inspect.getdoc(method) or ""


def messages() -> Iterator[tuple[str, str]]:
    """The place and the text of each string in the library that is not a docstring."""
    spec = find_spec("amplify_auth")
    assert spec is not None
    assert spec.origin is not None
    for file in source_files(Path(spec.origin).parent):
        tree = file.tree
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield f"{file.path.name}:{node.lineno}", node.value


def test_no_public_docstring_names_a_private_module() -> None:
    found = [(name, _PRIVATE.findall(text)) for name, text in public_docstrings()]

    assert [row for row in found if row[1]] == []


def test_no_message_names_a_private_module() -> None:
    sentences = [(place, text) for place, text in messages() if re.search(r"[a-z] [a-z]", text)]

    assert [row for row in sentences if re.search(r"(?<![\w.{/])_[a-z]\w+|amplify_auth\._", row[1])] == []


def test_messages_speak_python() -> None:
    """Cognito's own refusals name the members of a request as JavaScript does."""
    ours = [row for row in messages() if "failed to satisfy constraint" not in row[1]]

    assert [row for row in ours if _JAVASCRIPT.search(row[1])] == []


def test_the_words_of_javascript_are_found() -> None:
    assert _JAVASCRIPT.search("username is required to signIn")
    assert _PRIVATE.findall("See ``_state`` and amplify_auth._session.") == ["_state", "amplify_auth._session"]
