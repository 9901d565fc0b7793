"""Passkeys as the first factor, with a software authenticator as the user's."""

import json
from typing import Any

import pytest

from amplify_auth.testing import SoftwarePasskey
from amplify_auth.testing._core.state import state_of
from tests.support.bed import Bed
from tests.support.clients import refused
from tests.support.newest_model import needs


@pytest.fixture
def passkey(bed: Bed) -> SoftwarePasskey:
    """Alice's authenticator, registered."""
    passkey = SoftwarePasskey()
    token = bed.tokens()["AccessToken"]
    options = bed.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    bed.idp.complete_web_authn_registration(AccessToken=token, Credential=passkey.create(options))
    return passkey


def ask(bed: Bed) -> tuple[str, dict[str, Any]]:
    reply = bed.initiate("USER_AUTH", USERNAME="alice", PREFERRED_CHALLENGE="WEB_AUTHN")
    assert reply["ChallengeName"] == "WEB_AUTHN"
    return reply["Session"], json.loads(reply["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])


def answer(bed: Bed, session: str, credential: Any) -> Any:
    return bed.respond("WEB_AUTHN", session, USERNAME="alice", CREDENTIAL=json.dumps(credential))


def test_the_passkey_signs_in_and_once(bed: Bed, passkey: SoftwarePasskey) -> None:
    session, options = ask(bed)
    credential = passkey.get(options)
    assert "AuthenticationResult" in answer(bed, session, credential)
    with refused("NotAuthorizedException"):
        answer(bed, session, credential)


def test_by_choice(bed: Bed, passkey: SoftwarePasskey) -> None:
    started = bed.initiate("USER_AUTH", USERNAME="alice")
    assert "WEB_AUTHN" in started["AvailableChallenges"]
    reply = bed.respond("SELECT_CHALLENGE", started["Session"], USERNAME="alice", ANSWER="WEB_AUTHN")
    options = json.loads(reply["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    assert "AuthenticationResult" in answer(bed, reply["Session"], passkey.get(options))


def test_an_assertion_for_another_sign_in_is_refused(bed: Bed, passkey: SoftwarePasskey) -> None:
    first, options = ask(bed)
    second, _ = ask(bed)
    with refused("NotAuthorizedException"):
        answer(bed, second, passkey.get(options))
    assert "AuthenticationResult" in answer(bed, first, passkey.get(options))


def test_another_users_passkey_is_refused(bed: Bed, passkey: SoftwarePasskey) -> None:
    bed.pool.create_user("mallory", "Mallory-h0rse!")
    token = bed.tokens("mallory", "Mallory-h0rse!")["AccessToken"]
    hers = SoftwarePasskey()
    options = bed.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    bed.idp.complete_web_authn_registration(AccessToken=token, Credential=hers.create(options))
    session, asked = ask(bed)
    with refused("NotAuthorizedException"):
        answer(bed, session, hers.get({**asked, "allowCredentials": []}))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "not json"])
def test_what_is_no_assertion_is_refused(bed: Bed, passkey: SoftwarePasskey, text: str) -> None:
    session, _ = ask(bed)
    code = "NotAuthorizedException" if text else "InvalidParameterException"
    with refused(code):
        bed.respond("WEB_AUTHN", session, USERNAME="alice", CREDENTIAL=text)


def test_who_has_no_passkey_is_not_offered_one(bed: Bed) -> None:
    reply = bed.initiate("USER_AUTH", USERNAME="alice", PREFERRED_CHALLENGE="WEB_AUTHN")
    assert "WEB_AUTHN" not in reply["AvailableChallenges"]


def test_a_credential_in_the_choice_itself_is_not_supported_and_says_so(bed: Bed, passkey: SoftwarePasskey) -> None:
    session = bed.initiate("USER_AUTH", USERNAME="alice")["Session"]
    with refused("UnsupportedOperationException"):
        bed.respond("SELECT_CHALLENGE", session, USERNAME="alice", ANSWER="WEB_AUTHN", CREDENTIAL="{}")


@needs("SetUserMFAPreference.WebAuthnMfaSettings")
@pytest.mark.parametrize(
    ("factors", "enabled", "offered"),
    [
        ("MULTI_FACTOR_WITH_USER_VERIFICATION", True, True),
        ("MULTI_FACTOR_WITH_USER_VERIFICATION", False, False),
        ("SINGLE_FACTOR", True, False),
    ],
)
def test_where_a_second_factor_is_due_a_passkey_must_be_both(
    bed: Bed, passkey: SoftwarePasskey, factors: str, enabled: bool, offered: bool
) -> None:
    token = bed.tokens()["AccessToken"]
    state_of(bed.pool._pool).web_authn["FactorConfiguration"] = "MULTI_FACTOR_WITH_USER_VERIFICATION"
    bed.idp.set_user_mfa_preference(
        AccessToken=token, WebAuthnMfaSettings={"Enabled": enabled}, SMSMfaSettings={"Enabled": True}
    )
    state_of(bed.pool._pool).web_authn["FactorConfiguration"] = factors
    bed.pool._pool.mfa_config = "OPTIONAL"
    assert ("WEB_AUTHN" in bed.initiate("USER_AUTH", USERNAME="alice")["AvailableChallenges"]) is offered
    if offered:
        session, options = ask(bed)
        assert options["userVerification"] == "required"
        assert "AuthenticationResult" in answer(bed, session, passkey.get(options))
