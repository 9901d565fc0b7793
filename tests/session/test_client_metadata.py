"""The option ``client_metadata``: what the pool's Lambda triggers get with every request that takes it."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import requests

import amplify_auth as auth
from amplify_auth import AuthStateError, AuthValidationError, Session
from amplify_auth._cognito import call
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.model import MODEL, UNSIGNED, required_members
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito, refuses, says, signs_in

PASSWORD = "Correct-h0rse!"
TENANT = {"tenant": "acme"}


@pytest.fixture
def tenant_pool(pool_of: PoolOf) -> MockPool:
    """A pool whose tokens have the claim ``tenant`` if the metadata names one."""
    pool = pool_of()

    def add_claim(event: dict[str, Any]) -> dict[str, Any]:
        metadata = event["request"].get("clientMetadata") or {}
        event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {**metadata}}
        return event

    pool.on("pre_token_generation", add_claim)
    return pool


@pytest.fixture
def alice(tenant_pool: MockPool, name: str) -> str:
    tenant_pool.create_user(name, PASSWORD)
    return name


def claim(session: Session) -> object:
    assert session.tokens
    return session.tokens.id_token_claims.get("tenant")


def sent(cognito: MockCognito) -> list[tuple[str, object]]:
    return [(item.operation, item.parameters.get("ClientMetadata")) for item in cognito.calls]


def test_a_claim_that_a_trigger_makes_of_it_stays_after_the_tokens_are_refreshed(
    tenant_pool: MockPool, session_of: SessionOf, alice: str, clock: Callable[[float], None]
) -> None:
    session = session_of(tenant_pool, client_metadata=TENANT)
    auth.sign_in(alice, PASSWORD, session=session)
    assert claim(session) == "acme"
    first = session.tokens

    clock(3600)
    auth.fetch_auth_session(session=session)

    assert session.tokens is not first
    assert claim(session) == "acme"


def test_without_it_there_is_no_such_claim(tenant_pool: MockPool, session_of: SessionOf, alice: str) -> None:
    session = session_of(tenant_pool)
    auth.sign_in(alice, PASSWORD, session=session)

    assert claim(session) is None


def test_a_calls_own_metadata_takes_its_place(tenant_pool: MockPool, session_of: SessionOf, alice: str) -> None:
    session = session_of(tenant_pool, client_metadata={**TENANT, "more": "x"})
    auth.sign_in(alice, PASSWORD, client_metadata={"tenant": "other"}, session=session)
    assert claim(session) == "other"
    assert session.tokens
    assert "more" not in session.tokens.id_token_claims

    auth.fetch_auth_session(force_refresh=True, session=session)
    assert claim(session) == "acme"

    auth.fetch_auth_session(force_refresh=True, client_metadata={"tenant": "third"}, session=session)
    assert claim(session) == "third"


def test_a_function_is_asked_for_each_request(tenant_pool: MockPool, session_of: SessionOf, alice: str) -> None:
    tenants = iter(["a", "b", "c"])
    session = session_of(tenant_pool, client_metadata=lambda: {"tenant": next(tenants)})
    auth.sign_in(alice, PASSWORD, session=session)
    assert claim(session) == "b"  # the first one went with InitiateAuth, which does not pass it to this trigger

    auth.fetch_auth_session(force_refresh=True, session=session)
    assert claim(session) == "c"


def test_a_whole_sign_up_carries_it(
    cognito: MockCognito, tenant_pool: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(tenant_pool, client_metadata=TENANT)
    auth.sign_up(name, PASSWORD, user_attributes={"email": f"{name}@example.com"}, auto_sign_in=True, session=session)
    auth.resend_sign_up_code(name, session=session)
    auth.confirm_sign_up(name, tenant_pool.code(name), session=session)
    auth.auto_sign_in(session=session)

    assert sent(cognito) == [
        ("SignUp", TENANT),
        ("ResendConfirmationCode", TENANT),
        ("ConfirmSignUp", TENANT),
        ("InitiateAuth", TENANT),
        ("RespondToAuthChallenge", TENANT),
    ]


def test_every_operation_that_takes_it_gets_it_and_no_other(scripted: ScriptedCognito, new_session: NewSession) -> None:
    session = new_session(client_metadata=TENANT)
    takers = 0
    with EveryRow() as every:
        for operation in UNSIGNED:
            with every.row(operation):
                shape: Any = MODEL.operation_model(operation).input_shape
                takes = "ClientMetadata" in shape.members
                takers += takes
                scripted.clear()
                scripted.always(operation, says())

                call(session.config, operation, **required_members(operation))

                assert scripted.requests[0].body.get("ClientMetadata") == (TENANT if takes else None)
    assert takers >= 9


def test_a_refresh_in_the_old_way_carries_it_too(scripted: ScriptedCognito, new_session: NewSession) -> None:
    session = new_session(client_metadata=TENANT)
    scripted.always("InitiateAuth", signs_in())
    scripted.always("GetTokensFromRefreshToken", refuses("UnknownOperationException", "What?"))
    auth.sign_in("alice", PASSWORD, session=session)

    auth.fetch_auth_session(force_refresh=True, session=session)

    assert [(request.operation, request.body.get("ClientMetadata")) for request in scripted.requests] == [
        ("InitiateAuth", TENANT),
        ("GetTokensFromRefreshToken", TENANT),
        ("InitiateAuth", TENANT),
    ]


class TestAFunction:
    def test_that_gives_none_adds_nothing(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        scripted.always("InitiateAuth", signs_in())
        auth.sign_in("alice", PASSWORD, session=new_session(client_metadata=lambda: None))

        assert "ClientMetadata" not in scripted.requests[0].body

    @pytest.mark.parametrize("given", [5, "x", ["a"], {"a": 5}, {5: "a"}])
    def test_that_gives_something_else_is_a_typed_error_and_nothing_is_sent(
        self, given: Any, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        with pytest.raises(AuthValidationError) as caught:
            auth.sign_in("alice", PASSWORD, session=new_session(client_metadata=lambda: given))

        assert "client_metadata" in caught.value.message
        assert not scripted.requests

    def test_that_raises_passes_on_what_it_raised(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        def fail() -> Mapping[str, str]:
            raise LookupError("no tenant")

        with pytest.raises(LookupError, match="no tenant"):
            auth.sign_in("alice", PASSWORD, session=new_session(client_metadata=fail))

        assert not scripted.requests

    def test_that_raises_at_a_refresh_ends_no_session(
        self, tenant_pool: MockPool, session_of: SessionOf, alice: str, clock: Callable[[float], None]
    ) -> None:
        is_broken = False

        def tenant() -> Mapping[str, str]:
            if is_broken:
                raise LookupError("no tenant")
            return TENANT

        session = session_of(tenant_pool, client_metadata=tenant)
        auth.sign_in(alice, PASSWORD, session=session)
        is_broken = True
        clock(3590)
        assert auth.fetch_auth_session(session=session).tokens is session.tokens  # they are good for ten seconds

        clock(20)
        with pytest.raises(LookupError):
            auth.fetch_auth_session(session=session)
        is_broken = False
        assert claim(session) == "acme"
        assert auth.fetch_auth_session(session=session).tokens

    def test_may_call_this_library(self, tenant_pool: MockPool, session_of: SessionOf, alice: str, name: str) -> None:
        """Also for the same session, while the session refreshes."""
        asked: list[str | None] = []

        def tenant() -> Mapping[str, str]:
            asked.append(session.username)
            if session.is_signed_in:
                auth.get_current_user(session=session)
            return TENANT

        session = session_of(tenant_pool, client_metadata=tenant, total_timeout=5)
        auth.sign_in(alice, PASSWORD, session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert asked == [None, None, alice]


def test_it_is_not_shown(new_session: NewSession) -> None:
    session = new_session(client_metadata={"tenant": "acme-of-springfield"})

    assert "springfield" not in f"{session.config!r} {session!r} {session.config}"


def test_what_it_holds_does_not_change_later(scripted: ScriptedCognito, new_session: NewSession) -> None:
    given = dict(TENANT)
    session = new_session(client_metadata=given)
    given["tenant"] = "other"
    scripted.always("InitiateAuth", signs_in())
    auth.sign_in("alice", PASSWORD, session=session)

    assert scripted.requests[0].body["ClientMetadata"] == TENANT


def asks_for_tokens(session: Session) -> object:
    return auth.fetch_auth_session(session=session)


def asks_for_newer_tokens(session: Session) -> object:
    return auth.fetch_auth_session(force_refresh=True, session=session)


def asks_for_attributes(session: Session) -> object:
    return auth.fetch_user_attributes(session=session)


def sends_a_request(session: Session) -> object:
    return requests.Request("GET", "http://api.example", auth=session.http_auth()).prepare()


def sends_a_request_in_a_task(session: Session) -> object:
    async def send() -> None:
        async with asyncio.timeout(20), httpx.AsyncClient(transport=ANSWERS) as client:
            await client.get("http://api.example", auth=cast(Any, session.http_auth()))

    return asyncio.run(send())


ANSWERS = httpx.MockTransport(lambda _: httpx.Response(200))
USES = [asks_for_tokens, asks_for_newer_tokens, asks_for_attributes, sends_a_request, sends_a_request_in_a_task]


@pytest.mark.parametrize("outer", [asks_for_tokens, sends_a_request, sends_a_request_in_a_task])
@pytest.mark.parametrize("use", USES)
def test_a_function_that_waits_for_the_refresh_that_calls_it_gets_an_error_at_once(
    tenant_pool: MockPool,
    session_of: SessionOf,
    alice: str,
    clock: Callable[[float], None],
    use: Callable[[Session], object],
    outer: Callable[[Session], object],
) -> None:
    found: list[AuthStateError] = []

    def of_the_user() -> dict[str, str]:
        if session.is_signed_in and session.tokens and session.tokens.is_expired:
            with pytest.raises(AuthStateError, match="waits for this call") as caught:
                use(session)
            found.append(caught.value)
        return TENANT

    session = session_of(tenant_pool, client_metadata=of_the_user)
    auth.sign_in(alice, PASSWORD, session=session)
    clock(3700)
    outer(session)

    assert [(error.name, error.is_retryable) for error in found] == [("TokenRefreshException", False)]
    assert "client_metadata" in str(found[0].recovery_suggestion)
    assert claim(session) == "acme"


def test_while_the_tokens_are_good_the_function_can_use_them_in_a_refresh(
    tenant_pool: MockPool, session_of: SessionOf, alice: str, clock: Callable[[float], None]
) -> None:
    used: list[object] = []

    def of_the_user() -> dict[str, str]:
        if session.is_signed_in:
            used.append(auth.fetch_auth_session(session=session).tokens)
        return TENANT

    session = session_of(tenant_pool, client_metadata=of_the_user)
    auth.sign_in(alice, PASSWORD, session=session)
    old = session.tokens
    clock(3570)
    auth.fetch_auth_session(session=session)

    assert used == [old]
    assert session.tokens is not old


def signs_out(session: Session) -> None:
    auth.sign_out(session=session)


def restores(session: Session) -> None:
    session.restore_state(session.export_state())


def forgets_devices(session: Session) -> None:
    session.forget_devices()


def adopts_a_device(session: Session) -> None:
    auth.adopt_device("bob", device_key="key", device_group_key="-group", device_password="Dev1ce!", session=session)


@pytest.mark.parametrize("use", [signs_out, restores, forgets_devices, adopts_a_device])
@pytest.mark.parametrize("seconds", [3570, 3700], ids=["good", "expired"])
def test_a_function_can_change_a_stored_session_in_a_refresh_which_holds_the_lock_of_the_storage(
    tenant_pool: MockPool,
    session_of: SessionOf,
    alice: str,
    clock: Callable[[float], None],
    tmp_path: Path,
    use: Callable[[Session], None],
    seconds: float,
) -> None:
    waits: list[Callable[[Session], None]] = []

    def of_the_user() -> dict[str, str]:
        if waits:
            waits.pop()(session)
        return TENANT

    storage = FileStorage(tmp_path / "session", lock_timeout=0.5)
    session = session_of(tenant_pool, client_metadata=of_the_user, storage=storage)
    auth.sign_in(alice, PASSWORD, session=session)
    waits.append(use)
    clock(seconds)
    auth.fetch_auth_session(session=session)

    stored = session_of(tenant_pool, storage=storage)
    assert stored.is_signed_in == session.is_signed_in == (use is not signs_out)
    assert [device.username for device in stored.devices] == (["bob"] if use is adopts_a_device else [])
    with storage.lock():
        pass


def test_after_the_refresh_what_the_function_started_waits_for_the_lock_as_all_others(
    tenant_pool: MockPool, session_of: SessionOf, alice: str, clock: Callable[[float], None], tmp_path: Path
) -> None:
    contexts: list[Context] = []

    def of_the_user() -> dict[str, str]:
        contexts.append(copy_context())  # as a task that it starts has one
        return TENANT

    storage = FileStorage(tmp_path / "session", lock_timeout=0.1)
    session = session_of(tenant_pool, client_metadata=of_the_user, storage=storage)
    auth.sign_in(alice, PASSWORD, session=session)
    clock(3700)
    auth.fetch_auth_session(session=session)
    with storage.lock(), pytest.raises(AuthStateError, match="has held"):
        contexts[-1].run(session.forget_devices)
    contexts[-1].run(session.forget_devices)
