"""The tree of errors: one class for each thing a caller can do something about, and facts that survive pickling."""

from __future__ import annotations

import copy
import inspect
import pickle
import traceback
from typing import Any

import botocore
import pytest
from botocore.session import Session as Botocore
from botocore.session import Session as CoreSession

import amplify_auth
import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._cognito.refusals import SERVICE_ERRORS
from amplify_auth.errors import AuthError, AuthServiceError

CLASSES = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, AuthError)}
FACTS = {
    "name": "SomeException",
    "recovery_suggestion": "Do something else.",
    "is_retryable": True,
    "request_id": "request-1",
    "http_status_code": 400,
    "operation": "InitiateAuth",
}


def model_errors() -> dict[str, set[str]]:
    """Operation that needs no AWS signature -> the exceptions that botocore's model documents."""
    model = Botocore().get_service_model("cognito-idp")
    operations = map(model.operation_model, model.operation_names)
    return {
        operation.name: {shape.name for shape in operation.error_shapes}
        for operation in operations
        if operation.auth_type == "none"
    }


@pytest.mark.parametrize("operation", sorted(model_errors()))
def test_every_documented_exception_has_a_class_of_its_name(operation: str) -> None:
    missing = {name for name in model_errors()[operation] if SERVICE_ERRORS.get(name) is not getattr(errors, name, 0)}

    assert not missing


@pytest.mark.skipif(
    tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 44), reason="an older model does not know all exceptions"
)
def test_no_class_is_made_up() -> None:
    known = set().union(*model_errors().values())
    own = {name for name, kind in CLASSES.items() if AuthServiceError in kind.__bases__}

    assert own - known == set()


def test_a_class_is_called_as_the_service_calls_the_exception() -> None:
    synonyms = {"Throttling", "ThrottledException", "ThrottlingException"}
    synonyms |= {"RequestLimitExceeded", "RequestThrottled", "SlowDown", "Unsupported"}
    assert {code for code, kind in SERVICE_ERRORS.items() if code != kind.__name__} == synonyms


@pytest.mark.parametrize(
    ("kind", "parents"),
    [
        ("AuthValidationError", (ValueError,)),
        ("AuthConfigurationError", ()),
        ("AuthStateError", ()),
        ("AuthServiceError", ()),
        ("AuthNetworkError", (ConnectionError, OSError)),
        ("AuthProtocolError", ()),
        ("UserAlreadyAuthenticatedException", (errors.AuthStateError,)),
        ("UserUnAuthenticatedException", (errors.AuthStateError,)),
        ("AutoSignInException", (errors.AuthStateError,)),
        ("PasskeyError", (errors.AuthStateError,)),
        ("PendingSignInExpired", (errors.SignInException, errors.AuthStateError, errors.NotAuthorizedException)),
        ("CodeMismatchException", (AuthServiceError,)),
    ],
)
def test_the_tree(kind: str, parents: tuple[type, ...]) -> None:
    for parent in (AuthError, Exception, *parents):
        assert issubclass(CLASSES[kind], parent)


def test_the_trunks_exclude_each_other() -> None:
    """What a program does about one of them is wrong for the others."""
    names = ["AuthValidationError", "AuthConfigurationError", "AuthStateError", "AuthServiceError"]
    trunks = [CLASSES[name] for name in [*names, "AuthNetworkError", "AuthProtocolError"]]
    for kind in CLASSES.values():
        under = [trunk.__name__ for trunk in trunks if issubclass(kind, trunk)]
        assert len(under) == 1 or kind is AuthError or kind is errors.PendingSignInExpired, under


def test_all_errors_are_public_under_one_roof() -> None:
    for name, kind in CLASSES.items():
        assert name in errors.__all__
        assert (kind.__module__, kind.__qualname__) == ("amplify_auth.errors", name)
        assert kind.__doc__


def test_the_trunk_is_importable_from_the_package_itself() -> None:
    for name in ["AuthError", "AuthValidationError", "AuthConfigurationError", "AuthStateError"]:
        assert getattr(amplify_auth, name) is CLASSES[name]
    for name in ["AuthServiceError", "AuthNetworkError", "AuthProtocolError"]:
        assert getattr(amplify_auth, name) is CLASSES[name]


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_facts_survive_pickling_and_copying(kind: type[AuthError]) -> None:
    error = kind("It happened.", **FACTS)

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin.details() == error.details() == FACTS
        assert (str(twin), twin.message, twin.args) == (str(error), "It happened.", ("It happened.",))


@pytest.mark.parametrize(
    ("message", "suggestion", "shown"),
    [
        ("It happened.", "Change it.", "It happened. Change it."),
        ("It happened", "Change it.", "It happened. Change it."),
        ("Did it happen?", "Change it.", "Did it happen? Change it."),
        ("It happened", None, "It happened"),
    ],
)
def test_the_text_of_an_error_is_the_message_and_after_it_what_to_change(
    message: str, suggestion: str | None, shown: str
) -> None:
    error = AuthError(message, recovery_suggestion=suggestion)

    assert (str(error), error.message, error.args) == (shown, message, (message,))
    assert "".join(traceback.format_exception_only(error)).strip() == f"amplify_auth.errors.AuthError: {shown}"


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_defaults(kind: type[AuthError]) -> None:
    error = kind("It happened.")

    assert error.name == kind.__name__
    assert error.is_retryable is kind.default_is_retryable
    assert (error.request_id, error.http_status_code, error.operation) == (None, None, None)


def test_every_error_but_the_trunks_says_what_to_do() -> None:
    silent = [kind.__name__ for kind in CLASSES.values() if not kind("x").recovery_suggestion]

    assert sorted(silent) == ["AuthError", "AuthServiceError", "AuthStateError", "AuthValidationError", "PasskeyError"]


def test_only_what_passes_by_itself_is_retryable() -> None:
    retryable = {name for name, kind in CLASSES.items() if kind.default_is_retryable}

    assert retryable == {
        "AuthNetworkError",
        "ConcurrentModificationException",
        "InternalErrorException",
        "TooManyRequestsException",
    }


def test_a_representation_names_class_and_name() -> None:
    error: Any = AuthServiceError("No.", name="TeapotException")

    assert repr(error) == "AuthServiceError('No.', name='TeapotException')"


def test_a_handler_for_any_error_needs_one_class() -> None:
    for kind in CLASSES.values():
        with pytest.raises(AuthError):
            raise kind("It happened.")


def test_every_exception_of_the_service_model_has_a_documented_class() -> None:
    """For every operation that is sent without AWS credentials."""
    model = CoreSession().get_service_model("cognito-idp")
    unsigned = [
        operation
        for operation in map(model.operation_model, model.operation_names)
        if operation.auth_type == "none" or list(operation.auth or []) == ["smithy.api#noAuth"]
    ]
    assert len(unsigned) > 30
    names = {shape.name for operation in unsigned for shape in operation.error_shapes}
    for name in names:
        kind = getattr(errors, name, None)
        assert kind is not None, f"{name} has no class"
        assert issubclass(kind, auth.AuthServiceError)
        assert kind.__doc__
        assert kind.default_recovery_suggestion
        assert SERVICE_ERRORS[name] is kind
        assert name in errors.__all__


def test_an_error_evolves_into_an_equal_one_with_other_details() -> None:
    error = errors.CodeMismatchException("No.", **FACTS)
    error.__cause__ = OSError("below")

    other = error.evolve("Still no.", recovery_suggestion="Wait.", is_retryable=False)

    assert type(other) is type(error)
    assert other.message == "Still no."
    assert other.details() == {**FACTS, "recovery_suggestion": "Wait.", "is_retryable": False}
    assert other.__cause__ is error.__cause__
    assert (error.message, error.details(), error.evolve().details()) == ("No.", FACTS, FACTS)
