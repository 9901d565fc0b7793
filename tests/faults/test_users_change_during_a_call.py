"""Whatever happens to a session while a function is at work, it acts for the user for whom it was called, or not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthError, Session, errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito
from tests.support.every_function import (
    ACCOUNT,
    DEVICE,
    PASSWORD,
    Authenticator,
    answer_all,
    answer_to,
    sign_in_with_device,
)
from tests.support.makers import NewSession
from tests.support.newest_model import needs_newest
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, jwt, refuses, says, tokens
from tests.support.together import run_together

pytestmark = [pytest.mark.slow, needs_newest]

REVOKED = refuses("NotAuthorizedException", "Access Token has been revoked")
OF_A_USER = [row for row in ACCOUNT if ACCOUNT[row].needs_user]
BOBS_DEVICE = "us-east-1_99999999-2222-4333-8444-555555555555"
BOBS_TOKEN = jwt(username="bob", sub="sub-2")


def while_it_is_asked(happens: Callable[[], object], answer: Answer) -> Callable[[Request], Answer]:
    def say(_: Request) -> Answer:
        happens()
        return answer

    return say


def sign_bob_in(scripted: ScriptedCognito, session: Session) -> None:
    auth.sign_out(session=session)
    device = {"DeviceKey": BOBS_DEVICE, "DeviceGroupKey": "group"}
    result = tokens("bob", AccessToken=BOBS_TOKEN, NewDeviceMetadata=device)
    scripted.on("InitiateAuth", says(AuthenticationResult=result)).on("ConfirmDevice", says())
    auth.sign_in("bob", PASSWORD, session=session)


def outcome_of(call: Callable[[], object]) -> AuthError | None:
    try:
        call()
    except AuthError as error:
        return error
    return None


@pytest.mark.parametrize("then", ["done", "revoked"])
@pytest.mark.parametrize("row", OF_A_USER)
def test_another_user_who_signs_in_meanwhile_is_left_alone(
    row: str, then: str, scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path
) -> None:
    path = tmp_path / "session.json"
    with EveryRow() as every:
        for number, operation in enumerate(ACCOUNT[row].operations):
            with every.row(operation):
                scripted.clear()
                path.unlink(missing_ok=True)
                session = new_session(passkey=Authenticator(), storage=FileStorage(path))
                sign_in_with_device(scripted, session)
                answer_all(scripted)
                answer = answer_to(operation) if then == "done" else REVOKED
                scripted.on(operation, while_it_is_asked(lambda s=session: sign_bob_in(scripted, s), answer))
                error = outcome_of(lambda s=session: ACCOUNT[row].call(s))

                is_last = number == len(ACCOUNT[row].operations) - 1
                if then == "done" and is_last:
                    assert error is None
                else:
                    assert isinstance(error, errors.UserUnAuthenticatedException)
                    assert not isinstance(error, errors.SessionEnded)
                assert session.username == "bob"
                assert session.tokens
                assert session.tokens.access_token == BOBS_TOKEN
                assert [item.key for item in session.devices if item.username == "bob"] == [BOBS_DEVICE]
                assert all(
                    request.body.get("AccessToken") != BOBS_TOKEN or request.operation == "ConfirmDevice"
                    for request in scripted.requests
                ), "nothing is done for bob"
                stored = json.loads(path.read_text())
                assert stored["signed_in"]["username"] == "bob"
                assert BOBS_DEVICE in [device["key"] for device in stored["devices"]]
                again = new_session(storage=FileStorage(path))
                assert again.username == "bob"


@pytest.mark.parametrize("row", OF_A_USER)
def test_a_sign_out_meanwhile_stays_one(
    row: str, scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path
) -> None:
    path = tmp_path / "session.json"
    with EveryRow() as every:
        for operation in ACCOUNT[row].operations:
            for answer in (answer_to(operation), REVOKED):
                with every.row(operation):
                    scripted.clear()
                    path.unlink(missing_ok=True)
                    called: list[Session] = []
                    session = new_session(
                        passkey=Authenticator(), storage=FileStorage(path), reauthenticate=called.append
                    )
                    sign_in_with_device(scripted, session)
                    answer_all(scripted)
                    scripted.on(operation, while_it_is_asked(lambda s=session: auth.sign_out(session=s), answer))
                    error = outcome_of(lambda s=session: ACCOUNT[row].call(s))

                    assert error is None or type(error) is errors.UserUnAuthenticatedException
                    assert (session.is_signed_in, called) == (False, [])
                    assert "GetTokensFromRefreshToken" not in scripted.operations
                    assert json.loads(path.read_text())["signed_in"] is None


@pytest.mark.parametrize("row", OF_A_USER)
def test_a_refresh_meanwhile_is_not_lost(
    row: str, scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path
) -> None:
    """The rotated refresh token stays, here and in the storage."""
    path = tmp_path / "session.json"
    with EveryRow() as every:
        for operation in ACCOUNT[row].operations:
            with every.row(operation):
                scripted.clear()
                path.unlink(missing_ok=True)
                session = new_session(passkey=Authenticator(), storage=FileStorage(path))
                sign_in_with_device(scripted, session)
                answer_all(scripted)
                result = tokens("alice", AccessToken=jwt(jti="2"), RefreshToken="rotated-refresh-token")
                scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=result))
                refresh: Callable[[], Any] = lambda s=session: auth.fetch_auth_session(force_refresh=True, session=s)  # noqa: E731
                scripted.on(operation, while_it_is_asked(refresh, answer_to(operation)))
                ACCOUNT[row].call(session)
                if row == "delete_user":
                    assert not session.is_signed_in
                    continue

                assert session.tokens
                assert session.tokens.refresh_token == "rotated-refresh-token"
                stored = json.loads(path.read_text())
                assert stored["signed_in"]["tokens"]["refresh_token"] == "rotated-refresh-token"
                if row == "forget_device":
                    assert (session.devices, stored["devices"]) == ((), [])
                else:
                    assert [device["key"] for device in stored["devices"]] == [DEVICE]


@pytest.mark.parametrize("rotating", [False, True])
def test_twenty_threads_that_use_every_function_lose_no_token(cognito: MockCognito, rotating: bool) -> None:
    """A session that is not signed out, and whose device is not forgotten, does not end."""
    pool = cognito.create_pool(mfa="OPTIONAL", device_tracking="OPT_IN", refresh_token_rotation=rotating)
    pool.create_user("alice", PASSWORD)
    session = Session(**pool.config, passkey=Authenticator())
    auth.sign_in("alice", PASSWORD, session=session)
    left_out = {"delete_user", "forget_device", "update_password", "update_password, the first one"}
    rows = [row for row in OF_A_USER if row not in left_out]

    def work() -> list[AuthError | None]:
        outcomes = []
        for row in rows:
            outcomes.append(outcome_of(lambda row=row: ACCOUNT[row].call(session)))
            if row.startswith("f"):
                auth.fetch_auth_session(force_refresh=True, session=session)
        return outcomes

    found = [outcome for outcomes in run_together(20, work) for outcome in outcomes]

    assert not [error for error in found if isinstance(error, errors.UserUnAuthenticatedException)]
    assert auth.fetch_user_attributes(session=session)["sub"] == session.user_id
    assert threading.active_count() < 20
