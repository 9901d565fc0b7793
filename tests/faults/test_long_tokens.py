"""A token that is longer than any that Cognito issues is refused before it is decoded, wherever it comes from."""

import json
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthProtocolError, Session
from amplify_auth._values import LONGEST_TOKEN, decode_jwt_payload
from tests.support.makers import NewSession
from tests.support.scripted_cognito import ScriptedCognito, jwt, signs_in


def sign_in(session: Session) -> object:
    return auth.sign_in("alice", "Correct-h0rse!", session=session)


def long_token(length: int, **claims: Any) -> str:
    """A token of this length."""
    token = jwt(username="alice", filler="", **claims)
    while len(token) < length:
        token += "A"
    return token


class TestATokenThatIsTooLong:
    @pytest.mark.parametrize("name", ["AccessToken", "IdToken", "RefreshToken"])
    def test_is_refused(self, name: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
        scripted.on("InitiateAuth", signs_in(**{name: long_token(LONGEST_TOKEN + 1)}))
        session = new_session()

        with pytest.raises(AuthProtocolError, match="longer than 64 KiB") as caught:
            sign_in(session)

        assert caught.value.name == "InvalidTokens"
        assert not session.is_signed_in

    @pytest.mark.parametrize("name", ["AccessToken", "IdToken", "RefreshToken"])
    def test_is_taken_if_it_is_just_not(self, name: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
        scripted.on("InitiateAuth", signs_in(**{name: long_token(LONGEST_TOKEN)}))

        assert sign_in(new_session())

    def test_is_not_decoded(self) -> None:
        """It has one part too many, which is not even noticed."""
        with pytest.raises(AuthProtocolError, match="64 KiB"):
            decode_jwt_payload("." * (LONGEST_TOKEN + 1))

    @pytest.mark.parametrize("name", ["AccessToken", "IdToken", "RefreshToken"])
    def test_does_not_end_a_session_that_is_refreshed(
        self, name: str, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        """If the answer has a new refresh token that can be used, that is kept."""
        rotated = {"RefreshToken": "rotated", name: long_token(LONGEST_TOKEN + 1)}
        scripted.on("InitiateAuth", signs_in()).on("GetTokensFromRefreshToken", signs_in(**rotated))
        session = new_session()
        sign_in(session)

        with pytest.raises(AuthProtocolError, match="64 KiB"):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.tokens is not None
        assert session.tokens.refresh_token == ("refresh-of-alice" if name == "RefreshToken" else "rotated")

    @pytest.mark.parametrize("name", ["access_token", "id_token", "refresh_token"])
    def test_is_refused_in_an_exported_state(
        self, name: str, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        scripted.on("InitiateAuth", signs_in())
        session = new_session()
        sign_in(session)
        state = json.loads(session.export_state())
        state["signed_in"]["tokens"][name] = long_token(LONGEST_TOKEN + 1)

        with pytest.raises(auth.AuthValidationError):
            new_session().restore_state(json.dumps(state))
