"""A rotated refresh token is kept even where the tokens beside it are of no use: the one before it is void."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD, new_client

EVENT = "after-call.cognito-identity-provider.GetTokensFromRefreshToken"

SPOILED = {
    "no ID token": {"IdToken": None},
    "no access token": {"AccessToken": None},
    "an access token that is no JWT": {"AccessToken": "opaque"},
    "an ID token that is no JWT": {"IdToken": "opaque"},
    "a life that is none": {"ExpiresIn": "soon"},
}


class Service:
    """What arrives of a verifying Cognito's refreshes: some answers are spoiled on their way."""

    def __init__(self):
        self.client = new_client()
        self.client.meta.events.register(EVENT, self._spoil)
        self.spoil, self.rotated, self.hold = [], [], None

    def _spoil(self, parsed, **_):
        result = parsed.get("AuthenticationResult")
        if result is not None:
            self.rotated.append(result["RefreshToken"])
            if self.hold is not None:
                self.hold()
        if result is not None and self.spoil:
            result.update(self.spoil.pop(0))


@pytest.fixture
def service(cognito: MockCognito) -> Any:
    return Service()


@pytest.fixture
def signed_in(rotating_pool: MockPool, sign_in: SessionOf, service: Any) -> Any:
    return sign_in(rotating_pool, client=service.client)


def refresh(session):
    return auth.fetch_auth_session(force_refresh=True, session=session).tokens


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_the_next_refresh_goes_on_with_it(
    service: Any, signed_in: auth.Session, events: list[str], spoiled: Any
) -> None:
    service.spoil, old = [spoiled], signed_in.tokens
    with pytest.raises(auth.AuthProtocolError):
        refresh(signed_in)

    assert signed_in.tokens.refresh_token == service.rotated[0]
    assert (signed_in.tokens.access_token, signed_in.tokens.deadline) == (old.access_token, old.deadline)
    new = refresh(signed_in)
    assert new.access_token != old.access_token
    assert new.refresh_token == service.rotated[1]
    assert events == ["token_refresh_failure", "token_refresh"]


def test_that_of_another_user_is_not_taken(
    service: Any, signed_in: auth.Session, sign_in: SessionOf, rotating_pool: MockPool
) -> None:
    """An answer that went astray: our own token may be good still, and his is not ours to spend."""
    rotating_pool.create_user("bob", PASSWORD)
    bob = sign_in(rotating_pool, "bob").tokens
    for astray in ({"AccessToken": bob.access_token}, {"IdToken": bob.id_token}):
        service.spoil, old = [{**astray, "RefreshToken": bob.refresh_token}], signed_in.tokens
        with pytest.raises(auth.AuthProtocolError, match="another user"):
            refresh(signed_in)

        assert signed_in.tokens is old
        signed_in._state.user.replace(None)
        signed_in = sign_in(rotating_pool, client=service.client)


def test_who_waited_for_that_refresh_hears_of_its_failure_too(service: Any, signed_in: auth.Session) -> None:
    """Nobody is given the old tokens as if they were new ones."""
    arrived, go_on = threading.Event(), threading.Event()
    service.spoil, service.hold = [{"IdToken": None}], lambda: (arrived.set(), go_on.wait(10))
    outcomes = []

    def ask():
        try:
            outcomes.append(refresh(signed_in))
        except auth.AuthProtocolError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    threads[0].start()
    assert arrived.wait(10)
    waiting = signed_in._state.user._under_way.done
    for thread in threads[1:]:
        thread.start()
    while len(waiting._cond._waiters) < 3:
        pass
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert [type(outcome) for outcome in outcomes] == [auth.AuthProtocolError] * 4
    assert len(service.rotated) == 1


def test_a_sign_out_meanwhile_is_not_undone(service: Any, signed_in: auth.Session) -> None:
    service.spoil, service.hold = [{"IdToken": None}], lambda: auth.sign_out(session=signed_in)

    assert refresh(signed_in) is None
    assert not signed_in.is_signed_in


def test_processes_that_share_the_session_go_on_with_it(
    service: Any, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, tmp_path: Path
) -> None:
    path = tmp_path / "session.json"
    session = sign_in(rotating_pool, client=service.client, storage=FileStorage(path))
    other = quick_session(rotating_pool, client=service.client, storage=FileStorage(path))
    service.spoil = [{"IdToken": None}]
    with pytest.raises(auth.AuthProtocolError):
        refresh(session)

    assert json.loads(path.read_text())["signed_in"]["tokens"]["refresh_token"] == service.rotated[0]
    events = []
    other.add_listener(lambda event: events.append(event.name))
    assert refresh(other).refresh_token == service.rotated[1]
    assert events == ["token_refresh"], "to take the token over is no refresh"


def test_a_global_sign_out_that_fails_so_revokes_it(
    cognito: MockCognito, service: Any, signed_in: auth.Session
) -> None:
    cognito.clock.advance(3601)
    service.spoil = [{"IdToken": None}]
    output = auth.sign_out(global_sign_out=True, session=signed_in)

    assert isinstance(output.global_sign_out_error, auth.AuthProtocolError)
    assert output.revoke_token_error is None
    assert cognito.calls.last("RevokeToken").reveal()["Token"] == service.rotated[0]
