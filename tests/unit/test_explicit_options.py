"""The options of `Session` and `configure`: explicit keywords, the same for both, so that editors complete them."""

import inspect
import re
from collections.abc import Callable

import jedi
import pytest

import amplify_auth as auth
from amplify_auth._values.config import OPTIONS


def keywords(function: Callable[..., object]) -> list[str]:
    """The names of the keyword-only parameters."""
    parameters = inspect.signature(function).parameters.values()
    return [item.name for item in parameters if item.kind is inspect.Parameter.KEYWORD_ONLY and item.name != "session"]


def described(function: object) -> str:
    """What the docstring says of the options, white space aside."""
    found = re.search(r"( +user_pool_id: .*?memory only\.)", inspect.getdoc(function) or "", re.DOTALL)
    assert found
    return " ".join(found[1].split())


@pytest.mark.parametrize("function", [auth.Session, auth.configure])
def test_every_option_is_a_keyword(function: Callable[..., object]) -> None:
    assert sorted(keywords(function)) == sorted(OPTIONS)


def test_both_take_the_options_in_the_same_order_with_the_same_types_and_defaults() -> None:
    def options(function: Callable[..., object]) -> list[inspect.Parameter]:
        return [item for item in inspect.signature(function).parameters.values() if item.name in OPTIONS]

    assert options(auth.configure) == options(auth.Session)


def test_both_describe_the_options_in_the_same_words() -> None:
    assert described(auth.configure) == described(auth.Session)


@pytest.mark.parametrize("function", ["Session", "configure"])
def test_an_editor_completes_the_options(function: str) -> None:
    script = jedi.Script(f"import amplify_auth as auth\nauth.{function}(user_pool_cl")

    assert "user_pool_client_id=" in [completion.name for completion in script.complete()]


@pytest.mark.parametrize("function", [auth.Session, auth.configure])
def test_an_unknown_option_is_a_typed_error_that_names_it(function: Callable[..., object]) -> None:
    with pytest.raises(auth.AuthConfigurationError) as caught:
        function(user_pool="us-east-1_A", user_pool_id="us-east-1_A", colour="red")

    assert caught.value.message == "The call has unknown settings: colour, user_pool."
