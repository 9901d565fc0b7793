"""A service that asks for the same proof again and again is answered a bounded number of times.

Its script ends: a sign-in that would go on for ever fails here, and does not hang.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, asks, refuses, says, signs_in

#: More than any sign-in needs.
MANY = 12
DEVICE = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
SRP = {"SRP_B": "5", "SALT": "7", "SECRET_BLOCK": "c2VjcmV0", "USER_ID_FOR_SRP": "alice"}
WEB_AUTHN = {"CREDENTIAL_REQUEST_OPTIONS": '{"challenge": "AAAA"}'}


class Authenticator:
    """A passkey that has a credential for everything."""

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": "credential", "type": "public-key", "response": {}}

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {}


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        yield server


@pytest.fixture
def known(scripted: ScriptedCognito) -> Session:
    """A session that knows a device of alice, who has signed out."""
    session = Session(
        user_pool_id="us-east-1_Endless",
        user_pool_client_id="client",
        endpoint_url=scripted.url,
        passkey=Authenticator(),
    )
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=DEVICE)).on("ConfirmDevice", says())
    scripted.on("RevokeToken", says())
    auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    scripted.clear()
    return session


def round_and_round(*questions: Answer) -> Callable[[Request], Answer]:
    """Asks one question after the other and begins anew, until nobody would believe it."""
    script = itertools.chain(itertools.islice(itertools.cycle(questions), MANY), itertools.repeat(refuses("Enough")))
    return lambda request: next(script)


@pytest.mark.parametrize(
    ("questions", "asked"),
    [
        ([asks("DEVICE_SRP_AUTH")], 2),
        ([asks("WEB_AUTHN", **WEB_AUTHN)], 2),
        ([asks("PASSWORD_VERIFIER", **SRP)], 2),
        ([asks("DEVICE_SRP_AUTH"), asks("DEVICE_PASSWORD_VERIFIER", **SRP)], 3),
        ([asks("WEB_AUTHN", **WEB_AUTHN), asks("DEVICE_SRP_AUTH"), asks("DEVICE_PASSWORD_VERIFIER", **SRP)], 4),
    ],
    ids=["device", "passkey", "password", "the device's two in turn", "passkey and device in turn"],
)
def test_who_asks_for_the_same_proofs_for_ever_is_soon_answered_no_more(
    questions: list[Answer], asked: int, scripted: ScriptedCognito, known: Session
) -> None:
    answer = round_and_round(*questions)
    scripted.always("InitiateAuth", answer).always("RespondToAuthChallenge", answer)
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_SRP_AUTH", session=known)
    assert caught.value.name == "SignInException"
    assert scripted.operations == ["InitiateAuth", *["RespondToAuthChallenge"] * (asked - 1)]
    assert not known.is_signed_in


def test_who_asks_for_the_same_proof_for_ever_after_an_answer_is_soon_answered_no_more(
    scripted: ScriptedCognito, known: Session
) -> None:
    scripted.on("InitiateAuth", asks("SMS_MFA"))
    auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=known)
    scripted.always("RespondToAuthChallenge", round_and_round(asks("DEVICE_SRP_AUTH")))
    with pytest.raises(auth.AuthProtocolError, match="DEVICE_SRP_AUTH twice"):
        auth.confirm_sign_in("123456", session=known)
    assert scripted.operations == ["InitiateAuth", *["RespondToAuthChallenge"] * 2]
    assert known.pending_sign_in is None
