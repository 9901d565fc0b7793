"""An older botocore lacks some operations and members: the error says which botocore has them, and nothing is sent."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import botocore
import pytest

import amplify_auth as auth
from amplify_auth import AuthConfigurationError, Session
from amplify_auth._cognito.known import FIRST_VERSIONS
from amplify_auth.testing import MockCognito
from tests.support.imports import source_files
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.newest_model import needs_newest
from tests.support.older_model import OLDEST, OLDEST_VERSION, client_with, installed_model, oldest, without
from tests.support.scripted_cognito import ScriptedCognito, says
from tests.support.signed_in_user import scripted_user

OTHER = "tkn" + "o" * 25
PASSWORD = "Passw0rd!"

Call = Callable[[Session], object]
#: What the installed botocore does not know -> the call that needs it, what was sent before, the first version with it.
LACKS: dict[str, tuple[Call, list[str], str]] = {
    "ListUserSessions": (lambda session: auth.list_user_sessions(session=session), [], "1.44.1"),
    "RevokeUserSession": (
        lambda session: auth.revoke_user_session(OTHER, session=session),
        ["ListUserSessions"],
        "1.44.1",
    ),
    "RevokeToken.RevokeAssociatedSessions": (
        lambda session: auth.sign_out(revoke_associated_sessions=True, session=session),
        [],
        "1.44.1",
    ),
    "SetUserMFAPreference.WebAuthnMfaSettings": (
        lambda session: auth.update_mfa_preference(web_authn="ENABLED", sms="ENABLED", session=session),
        ["GetUser"],
        "1.42.90",
    ),
}


@pytest.fixture
def older(scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path) -> Callable[[Any], Session]:
    """Makes a session with the client of a model, with alice signed in."""

    def make(model: Any) -> Session:
        session = new_session(client=client_with(model, tmp_path / "data", endpoint_url=scripted.url))
        return scripted_user(session, scripted)

    return make


@needs_newest
@pytest.mark.parametrize("missing", LACKS)
def test_the_error_says_which_botocore_has_it(
    missing: str, older: Callable[[Any], Session], scripted: ScriptedCognito
) -> None:
    call, before, version = LACKS[missing]
    session = older(without(missing))
    scripted.always("ListUserSessions", says()).always("GetUser", says(Username="alice"))
    with pytest.raises(AuthConfigurationError) as caught:
        call(session)
    operation, _, member = missing.partition(".")
    assert operation in caught.value.message
    assert member in caught.value.message
    assert botocore.__version__ in caught.value.message
    assert version in (caught.value.recovery_suggestion or "")
    assert scripted.operations == before
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@needs_newest
def test_a_sign_out_that_cannot_work_leaves_the_user_signed_in(
    older: Callable[[Any], Session], scripted: ScriptedCognito
) -> None:
    session = older(without("RevokeToken.RevokeAssociatedSessions"))
    events: list[str] = []
    session.add_listener(lambda event: events.append(event.name))
    tokens = session.tokens
    with pytest.raises(AuthConfigurationError):
        auth.sign_out(global_sign_out=True, revoke_associated_sessions=True, session=session)
    assert (session.is_signed_in, session.tokens, events) == (True, tokens, [])
    scripted.on("RevokeToken", says())
    assert auth.sign_out(session=session).is_complete


def test_a_client_that_cannot_be_made_is_no_reason_to_keep_the_user(
    session: Session, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tokens cannot be revoked then, which the output says."""
    alice = scripted_user(session, scripted)
    monkeypatch.setenv("AWS_CA_BUNDLE", "")
    output = auth.sign_out(revoke_associated_sessions=True, session=alice)
    assert isinstance(output.revoke_token_error, AuthConfigurationError)
    assert not alice.is_signed_in


@needs_newest
def test_what_does_not_need_it_works(older: Callable[[Any], Session], scripted: ScriptedCognito) -> None:
    session = older(without(*LACKS))
    scripted.on("GetUser", says(Username="alice")).on("SetUserMFAPreference", says()).on("RevokeToken", says())
    auth.update_mfa_preference(sms="ENABLED", session=session)
    assert auth.sign_out(session=session).is_complete


def test_all_else_works_with_the_oldest_model(
    pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    """From the sign-up to the sign-out, with all second factors, and a refresh."""
    pool = pool_of(mfa="OPTIONAL", client_secret=True)
    session = session_of(pool, client=client_with(oldest(), tmp_path / "data"))
    auth.sign_up(name, PASSWORD, user_attributes={"email": f"{name}@example.com"}, session=session)
    auth.confirm_sign_up(name, pool.code(name), session=session)
    for flow in ("USER_PASSWORD_AUTH", "USER_SRP_AUTH"):
        auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)  # type: ignore[arg-type]
        assert session.is_signed_in
        auth.fetch_auth_session(force_refresh=True, session=session)
        auth.fetch_auth_factors(session=session)
        assert auth.sign_out(session=session).is_complete
    auth.sign_in(name, PASSWORD, session=session)
    auth.set_up_totp(session=session)
    auth.verify_totp_setup(pool.totp(name), friendly_device_name="phone", session=session)
    auth.update_mfa_preference(totp="PREFERRED", email="ENABLED", session=session)
    assert auth.fetch_mfa_preference(session=session).preferred == "TOTP"
    assert auth.sign_out(global_sign_out=True, session=session).is_complete
    assert not [call.operation for call in cognito.calls if call.error]


# The table of versions against the models


def newer() -> Iterator[str]:
    """What the installed botocore knows of requests without a signature, and the oldest does not."""
    model = installed_model()
    for name, operation in model["operations"].items():
        if operation.get("authtype") != "none":
            continue
        if name not in OLDEST:
            yield name
            continue
        for member in model["shapes"][operation["input"]["shape"]]["members"]:
            if member not in OLDEST[name]:
                yield f"{name} {member}"


def names_in_the_library() -> set[str]:
    """Every name of a keyword argument, and every text, except those of the table itself."""
    spec = find_spec("amplify_auth")
    assert spec is not None
    assert spec.origin is not None
    found: set[str] = set()
    for file in source_files(Path(spec.origin).parent):
        if ".testing" in file.module or file.module.endswith("_cognito.known"):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.keyword) and node.arg is not None:
                found.add(node.arg)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_what_the_library_sends_and_the_oldest_botocore_lacks_has_a_version() -> None:
    names = names_in_the_library()
    sent = {entry for entry in newer() if entry.split()[-1] in names}
    assert sorted(sent - set(FIRST_VERSIONS)) == [], "add the first botocore that has it to _cognito/known.py"


@needs_newest
def test_the_table_of_versions_has_no_row_too_many() -> None:
    assert sorted(set(FIRST_VERSIONS) - set(newer())) == []
    assert sorted(name.replace(" ", ".") for name in FIRST_VERSIONS) == sorted(LACKS)


def test_the_oldest_model_is_of_the_oldest_botocore() -> None:
    constraints = (Path(__file__).parents[1] / "constraints" / "oldest.txt").read_text().splitlines()
    assert f"botocore=={OLDEST_VERSION}" in constraints


def test_no_operation_of_the_oldest_model_was_withdrawn() -> None:
    assert sorted(set(OLDEST) - set(installed_model()["operations"])) == []
