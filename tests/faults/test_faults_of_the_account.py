"""Every function of an account, and every failure at each of its requests: all rows of `ACCOUNT` are tried.

A function that is added has a row there, so it is tried here without a change of this file.
"""

from __future__ import annotations

import copy
import json
import pickle
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import AuthError, AuthNetworkError, AuthProtocolError, Session, errors
from amplify_auth._cognito.effects import effect_of
from amplify_auth._session.declared_types import has_declared_types
from tests.faults.test_failures_become_typed_errors import FAULTS
from tests.support.drip_server import DRIPS, DripServer
from tests.support.every_function import (
    ACCOUNT,
    ANSWERS,
    Authenticator,
    answer_all,
    answer_to,
    function_of,
    refreshed,
    sign_in_with_device,
)
from tests.support.makers import NewSession
from tests.support.model import MODEL
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import STALLS, Answer, Request, ScriptedCognito, refuses, says

pytestmark = pytest.mark.slow

KNOWN: Final = set(MODEL.operation_names)
#: The rows that the installed botocore can send.
ROWS: Final = [row for row in ACCOUNT if KNOWN.issuperset(ACCOUNT[row].operations)]
OF_A_USER: Final = [row for row in ROWS if ACCOUNT[row].needs_user]
every_row = pytest.mark.parametrize("row", ROWS)
EXPIRED: Final = refuses("NotAuthorizedException", "Access Token has expired")
#: Refusals that are an outcome: the thing is gone already.
DONE: Final = {
    ("revoke_user_session", "RevokeUserSession", "ResourceNotFoundException"),
}


@pytest.fixture
def session(new_session: NewSession) -> Session:
    return new_session(passkey=Authenticator())


def prepared(row: str, scripted: ScriptedCognito, session: Session) -> Session:
    """The session with a user, at a service that answers everything."""
    scripted.clear()
    if not session.is_signed_in and ACCOUNT[row].needs_user:
        sign_in_with_device(scripted, session)
    answer_all(scripted)
    return session


def steps(row: str) -> list[str]:
    """The operations of a row, each once."""
    return list(dict.fromkeys(ACCOUNT[row].operations))


# What the network and servers do


@every_row
def test_each_failure_of_each_request_is_its_typed_error(
    row: str, scripted: ScriptedCognito, new_session: NewSession, slept: list[float]
) -> None:
    usual, hasty = (new_session(passkey=Authenticator(), read_timeout=wait) for wait in (15.0, 0.25))
    with EveryRow() as every:
        for operation in steps(row):
            for fault, (answer, kind, name, passes, repeated, once) in FAULTS.items():
                with every.row(f"{operation}: {fault}"):
                    session = prepared(row, scripted, hasty if fault == "stalls" else usual)
                    scripted.always(operation, answer)
                    with pytest.raises(AuthError) as caught:
                        ACCOUNT[row].call(session)
                    error = caught.value
                    (first, *_) = scripted.of(operation)
                    effect = effect_of(operation, first)
                    throttled = kind is errors.TooManyRequestsException

                    assert type(error) is kind
                    assert (error.name, error.operation) == (name, operation)
                    assert error.is_retryable == (passes and (effect.may_be_called_again or throttled))
                    assert error.recovery_suggestion or kind is errors.AuthServiceError
                    expected = repeated if effect.is_repeatable else once
                    before = ACCOUNT[row].operations.index(operation)
                    if fault == "stalls":
                        scripted.wait_for(before + (expected or 1))
                    sent = len(scripted.of(operation))
                    assert sent == expected if expected else sent <= 3
                    assert scripted.operations[before:] == [operation] * sent, "nothing is sent after it"
                    assert session.is_signed_in == ACCOUNT[row].needs_user, "a failure signs no user out"


@every_row
def test_the_advice_after_a_lost_answer_names_functions_that_there_are(
    row: str, scripted: ScriptedCognito, session: Session
) -> None:
    with EveryRow() as every:
        for operation in steps(row):
            with every.row(operation):
                prepared(row, scripted, session)
                scripted.always(operation, Answer(is_silent=True))
                with pytest.raises(AuthNetworkError) as caught:
                    ACCOUNT[row].call(session)
                advice = str(caught.value.recovery_suggestion)
                if effect_of(operation, scripted.of(operation)[0]).is_repeatable:
                    assert "not known" not in caught.value.message
                else:
                    assert "It is not known whether Cognito acted" in caught.value.message
                    assert (
                        f"{function_of(row)}(" in advice or f"{function_of(row)}s(" in advice or "them again" in advice
                    )


@every_row
def test_a_call_ends_in_time_if_a_service_is_silent(
    row: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    session = new_session(passkey=Authenticator(), total_timeout=0.3)
    with EveryRow() as every:
        for operation in [*steps(row), "GetTokensFromRefreshToken"][: 2 if ACCOUNT[row].needs_user else 1]:
            with every.row(operation):
                prepared(row, scripted, session)
                if operation.startswith("GetTokens"):
                    scripted.always(steps(row)[0], EXPIRED)
                scripted.always(operation, STALLS)
                began = time.monotonic()
                with pytest.raises(AuthNetworkError, match=r"longer than total_timeout=0\.3 seconds"):
                    ACCOUNT[row].call(session)

                assert time.monotonic() - began < 5.0


@pytest.mark.parametrize("drip", ["one header", "a body", "chunks"])
def test_a_call_ends_in_time_if_a_service_drips(drip: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
    sign_in_with_device(scripted, signed_in := new_session())
    exported = signed_in.export_state()
    with DripServer(*DRIPS[drip]) as server, EveryRow() as every:
        for row in ROWS:
            with every.row(row):
                session = new_session(endpoint_url=server.url, passkey=Authenticator(), total_timeout=0.2)
                session.restore_state(exported)
                began = time.monotonic()
                with pytest.raises(AuthNetworkError, match="longer than total_timeout"):
                    ACCOUNT[row].call(session)

                assert time.monotonic() - began < 5.0


@pytest.mark.parametrize(
    ("row", "operation", "member"),
    [
        ("fetch_devices", "ListDevices", "PaginationToken"),
        ("list_user_sessions", "ListUserSessions", "NextToken"),
        ("list_web_authn_credentials", "ListWebAuthnCredentials", "NextToken"),
        ("revoke_user_session", "ListUserSessions", "NextToken"),
    ],
)
def test_pages_without_an_end_end_with_the_time_of_the_call(
    row: str, operation: str, member: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    if row not in ROWS:
        pytest.skip("this botocore does not know it")
    session = prepared(row, scripted, new_session(total_timeout=0.5))

    def slowly(_: Request) -> Answer:
        time.sleep(0.02)
        return says(**{**ANSWERS[operation], member: f"page-{len(scripted.requests)}"})

    scripted.always(operation, slowly)
    began = time.monotonic()
    with pytest.raises(AuthNetworkError, match="longer than total_timeout"):
        ACCOUNT[row].call(session)

    assert time.monotonic() - began < 5.0
    assert len(scripted.requests) > 2


# What Cognito refuses


@every_row
def test_each_documented_refusal_of_each_request_is_its_class_with_advice(
    row: str, scripted: ScriptedCognito, session: Session, slept: list[float]
) -> None:
    with EveryRow() as every:
        for operation in steps(row):
            for code in (shape.name for shape in MODEL.operation_model(operation).error_shapes):
                if (row, operation, code) in DONE:
                    continue
                with every.row(f"{operation}: {code}"):
                    prepared(row, scripted, session)
                    scripted.always(operation, refuses(code, "No."))
                    with pytest.raises(errors.AuthServiceError) as caught:
                        ACCOUNT[row].call(session)

                    assert isinstance(caught.value, getattr(errors, code))
                    assert (caught.value.name, caught.value.operation) == (code, operation)
                    assert caught.value.recovery_suggestion
                    assert scripted.operations[-1] == operation
                    assert session.is_signed_in == ACCOUNT[row].needs_user, "such a refusal ends no session"


@pytest.mark.parametrize("row", OF_A_USER)
@pytest.mark.parametrize("message", ["Access Token has expired", "Access Token has been revoked"])
def test_a_token_that_is_over_is_renewed_once_at_each_request(
    row: str, message: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    with EveryRow() as every:
        for operation in steps(row):
            with every.row(operation):
                session = prepared(row, scripted, new_session(passkey=Authenticator()))
                scripted.on(operation, refuses("NotAuthorizedException", message), answer_to(operation))
                ACCOUNT[row].call(session)
                at = ACCOUNT[row].operations.index(operation)
                expected = list(ACCOUNT[row].operations)
                expected[at:at] = [operation, "GetTokensFromRefreshToken"]

                assert scripted.operations == expected
                first, second = scripted.of(operation)
                assert first.pop("AccessToken") != second.pop("AccessToken")
                assert first == second


@pytest.mark.parametrize("row", OF_A_USER)
def test_a_session_that_ends_at_a_request_is_said_to_have_ended(
    row: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    with EveryRow() as every:
        for operation in steps(row):
            with every.row(operation):
                session = prepared(row, scripted, new_session(passkey=Authenticator()))
                scripted.on(operation, refuses("NotAuthorizedException", "Access Token has been revoked"))
                scripted.always(
                    "GetTokensFromRefreshToken", refuses("NotAuthorizedException", "Refresh Token has been revoked")
                )
                for _ in range(2):
                    with pytest.raises(errors.SessionEnded):
                        ACCOUNT[row].call(session)

                assert scripted.operations[-1] == "GetTokensFromRefreshToken"
                assert scripted.operations.count(operation) == 1
                assert not session.is_signed_in


@pytest.mark.parametrize("row", OF_A_USER)
def test_reauthenticate_signs_in_once_and_the_call_goes_on(
    row: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    """At the first need, and when the session has ended at any of the requests."""

    def sign_in(session: Session) -> None:
        calls.append("alice")
        number[0] += 1
        scripted.on("InitiateAuth", refreshed(number[0]))
        auth.sign_in("alice", "Passw0rd!", session=session)

    number, calls = [10], list[str]()
    with EveryRow() as every:
        for operation in steps(row):
            with every.row(operation):
                session = prepared(row, scripted, new_session(passkey=Authenticator()))
                exported = session.export_state()
                session = new_session(passkey=Authenticator(), reauthenticate=sign_in)
                session.restore_state(exported)
                calls.clear()
                scripted.on(operation, refuses("NotAuthorizedException", "Access Token has been revoked"))
                scripted.on(
                    "GetTokensFromRefreshToken", refuses("NotAuthorizedException", "Refresh Token has been revoked")
                )
                ACCOUNT[row].call(session)

                assert calls == ["alice"]
                assert [item.operation for item in scripted.requests if item.operation == "InitiateAuth"] == [
                    "InitiateAuth"
                ]
                assert session.is_signed_in == (row != "delete_user")


# What cannot be right


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in ``value``, and that of ``value`` itself."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _paths(part, (*path, key))


def _deep(levels: int = 400) -> Any:
    made: Any = []
    for level in range(levels):
        made = [made] if level % 2 else {"Name": made}
    return made


_MISSING: Final = object()
ODD: Final = [
    *(_MISSING, None, True, False, 0, -1, 5, 10**400, 1.5, float("nan"), float("inf"), -1e300, 1e15),
    *("", "odd", "\ud800", "\x00\x1b[31m", "NaN", "é" * 70_000),
    *([], [None], [[]], [5], ["odd"], [{}], {}, {"a": {}}, {"Name": 5}, [{"Name": "sub"}], _deep()),
]


def _changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if odd is _MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = odd
    return changed


def _all_members(operation: str) -> dict[str, Any]:
    """The answer with all members of the model, also those that Cognito leaves out here."""
    shape: Any = MODEL.operation_model(operation).output_shape
    members: Mapping[str, Any] = {} if shape is None else shape.members
    return {**dict.fromkeys(members, "more"), **copy.deepcopy(dict(ANSWERS[operation]))}


@every_row
def test_each_change_of_each_part_of_each_answer_is_an_output_or_a_protocol_error(
    row: str, scripted: ScriptedCognito, session: Session
) -> None:
    exported = prepared(row, scripted, session).export_state()
    with EveryRow() as every:
        for operation in steps(row):
            whole = _all_members(operation)
            for path in _paths(whole):
                base = dict(ANSWERS[operation])
                if path:
                    base[path[0]] = whole[path[0]]
                for odd in ODD[0 if path else 1 :]:
                    with every.row(f"{operation} {path} {odd!r:.30}"):
                        session.restore_state(exported)
                        body = json.dumps(_changed(base, path, odd)).encode()
                        scripted.always(operation, Answer(body=body))
                        _check_outcome(row, session, odd)
            scripted.always(operation, answer_to(operation))


def _value_at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@every_row
def test_a_list_with_a_hole_is_no_answer_of_cognito(row: str, scripted: ScriptedCognito, session: Session) -> None:
    """botocore passes null on in the place of a structure or a text."""
    operations = [name for name in steps(row) if name != "StartWebAuthnRegistration"]  # a document of the program's
    exported = prepared(row, scripted, session).export_state()
    for operation in operations:
        answer = dict(ANSWERS[operation])
        for path in _paths(answer):
            if isinstance(_value_at(answer, path), list):
                scripted.always(operation, says(**_changed(answer, path, [None])))
                session.restore_state(exported)
                if _reads(row, path):
                    with pytest.raises(AuthProtocolError):
                        ACCOUNT[row].call(session)
        scripted.always(operation, answer_to(operation))


def _reads(row: str, path: tuple[Any, ...]) -> bool:
    """``GetUser`` answers two questions: of attributes, and of second factors."""
    return path[0] not in ("UserAttributes", "UserMFASettingList") or ("attributes" in row) == ("Attributes" in path[0])


def _check_outcome(row: str, session: Session, odd: Any) -> None:
    error, output = None, None
    try:
        output = ACCOUNT[row].call(session)
    except AuthError as raised:
        error = raised
    if row == "verify_totp_setup" and isinstance(error, errors.EnableSoftwareTokenMFAException):
        return  # its status was not SUCCESS
    if row == "revoke_user_session" and odd is True and isinstance(error, errors.AuthValidationError):
        return  # it was the session of the call itself
    assert session.is_signed_in == (ACCOUNT[row].needs_user and (row != "delete_user" or error is not None))
    if error is not None:
        assert isinstance(error, AuthProtocolError)
        assert error.recovery_suggestion
        assert len(str(error)) < 1000
        assert str(error).isprintable()
    else:
        assert repr(output).encode()
        pickle.dumps(output)
        if attrs.has(type(output)):
            assert has_declared_types(output)
