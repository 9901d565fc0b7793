"""A sign-out that Cognito does not confirm says so, and signs out all the same."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf
from tests.support.scripted_cognito import (
    HANGS_UP,
    ScriptedCognito,
    jwt,
    page,
    refuses,
    says,
    tokens,
)
from tests.support.story import PASSWORD


def _sign_in(session: auth.Session, scripted: ScriptedCognito, **result: Any) -> None:
    scripted.on("InitiateAuth", says(AuthenticationResult={**tokens(), **result}))
    auth.sign_in("alice", PASSWORD, session=session)


def test_a_global_sign_out_renews_an_expired_token_first(cognito: MockCognito, pool_of: PoolOf, name: str) -> None:
    """With the expired token it would fail, and all other sessions would live on."""
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    here, elsewhere = auth.Session(**pool.config), auth.Session(**pool.config)
    for session in (here, elsewhere):
        auth.sign_in(name, PASSWORD, session=session)
    cognito.clock.advance(3601)
    assert auth.sign_out(global_sign_out=True, session=here) == auth.SignOutOutput(is_complete=True)
    assert cognito.calls.operations[-2:] == ("GetTokensFromRefreshToken", "GlobalSignOut")
    with pytest.raises(auth.AuthError):
        auth.fetch_auth_session(session=elsewhere)


@pytest.mark.parametrize("failing", ["GetTokensFromRefreshToken", "GlobalSignOut"])
def test_a_global_sign_out_that_fails_says_so_and_revokes_at_least_this_session(
    failing: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The newest refresh token is revoked."""
    _sign_in(session, scripted, ExpiresIn=0)
    renewed = says(AuthenticationResult={**tokens(), "RefreshToken": "the-renewed-refresh-token"})
    scripted.always("GetTokensFromRefreshToken", renewed).always("RevokeToken", says())
    scripted.always(failing, refuses("NotAuthorizedException", "Access Token has been revoked"))
    output = auth.sign_out(global_sign_out=True, session=session)
    assert (output.is_complete, output.revoke_token_error) == (False, None)
    assert isinstance(output.global_sign_out_error, errors.NotAuthorizedException)
    newest = "refresh-of-alice" if failing == "GetTokensFromRefreshToken" else "the-renewed-refresh-token"
    assert [body["Token"] for body in scripted.of("RevokeToken")] == [newest]
    assert not session.is_signed_in


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), refuses("UnauthorizedException"), refuses("X")], ids=str)
def test_a_revocation_that_fails_is_reported(
    failure: Any, session: auth.Session, scripted: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    """In the output and in the log."""
    _sign_in(session, scripted)
    scripted.always("RevokeToken", failure)
    output = auth.sign_out(session=session)
    assert not output.is_complete
    assert output.revoke_token_error is not None
    assert output.revoke_token_error.operation == "RevokeToken"
    assert [record.levelname for record in caplog.records if "RevokeToken failed" in record.message] == ["WARNING"]
    assert not session.is_signed_in


@pytest.mark.parametrize(("lives_for", "complete"), [(3600, False), (0, True)])
def test_tokens_that_nothing_can_revoke_are_reported(
    lives_for: int, complete: bool, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Without a refresh token nothing is sent. The sign-out is complete only if the access token has expired."""
    _sign_in(session, scripted, RefreshToken=None, ExpiresIn=lives_for)
    output = auth.sign_out(session=session)
    assert scripted.operations == ["InitiateAuth"]
    assert (output.is_complete, output.revoke_token_error is None) == (complete, complete)
    assert complete or output.revoke_token_error.name == "TokenRevocationImpossible"


def test_a_client_without_revocation_reports_that_the_token_lives_on(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Cognito marks tokens that can be revoked with ``origin_jti``. Nothing is sent for others."""
    _sign_in(session, scripted, AccessToken=jwt(origin_jti=None))
    output = auth.sign_out(session=session)
    assert not output.is_complete
    assert output.revoke_token_error is not None
    assert output.revoke_token_error.name == "TokenRevocationDisabled"
    assert "RevokeToken" not in scripted.operations
