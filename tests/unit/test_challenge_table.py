"""The tables of challenges and flows against botocore's model: a challenge that Cognito adds is noticed here."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session as Botocore

from amplify_auth._sign_in.challenges import CHALLENGES
from amplify_auth._sign_in.flows import FLOWS
from amplify_auth._sign_in.proofs import PROOFS
from amplify_auth._values import MFA_TYPES
from amplify_auth._values.config import AUTH_FLOWS, FIRST_FACTORS

MODEL = Botocore().get_service_model("cognito-idp")
#: The answer to a flow that only servers with AWS credentials can start; nobody else is asked it.
FOR_SERVERS = {"ADMIN_NO_SRP_AUTH"}


def enum(shape: str) -> set[str]:
    found: Any = MODEL.shape_for(shape)
    return set(found.enum)


def test_every_challenge_of_the_model_is_asked_or_proved() -> None:
    missing = enum("ChallengeNameType") - set(CHALLENGES) - set(PROOFS) - FOR_SERVERS

    assert missing == set(), "Cognito has a new challenge: give it a row in _challenges or _proofs"


def test_no_challenge_is_made_up() -> None:
    assert (set(CHALLENGES) | set(PROOFS)) - enum("ChallengeNameType") == set()


def test_only_a_passkey_can_be_both_proved_and_asked_for() -> None:
    assert set(CHALLENGES) & set(PROOFS) == {"WEB_AUTHN"}


def test_every_flow_has_a_row() -> None:
    assert set(FLOWS) == set(AUTH_FLOWS)


def test_every_flow_on_the_wire_is_known_to_the_model() -> None:
    assert {"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH"} <= enum("AuthFlowType")


def test_every_first_factor_is_a_challenge() -> None:
    assert set(FIRST_FACTORS) <= enum("ChallengeNameType")


def test_every_second_factor_is_a_challenge_with_a_question() -> None:
    assert set(MFA_TYPES) <= set(CHALLENGES)


@pytest.mark.parametrize("operation", ["InitiateAuth", "RespondToAuthChallenge", "SignUp", "ConfirmSignUp"])
def test_every_member_that_is_read_exists(operation: str) -> None:
    read = {"ChallengeName", "Session", "ChallengeParameters", "AuthenticationResult", "AvailableChallenges"}
    read |= {"UserConfirmed", "UserSub", "CodeDeliveryDetails"}
    shape: Any = MODEL.operation_model(operation).output_shape

    assert set(shape.members) <= read, "Cognito answers with something new"
