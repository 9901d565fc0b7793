"""The test bed against botocore's model: no operation without a signature is left to chance."""

import json
from typing import Any

import botocore.session
import pytest
import requests

from amplify_auth.testing._core.operations.registry import OPERATIONS
from tests.support.newest_model import needs_newest
from tests.support.signed_in_pool import Pool

MODEL = botocore.session.get_session().get_service_model("cognito-idp")
UNSIGNED = sorted(name for name in MODEL.operation_names if MODEL.operation_model(name).auth_type == "none")
# The 34 of botocore 1.44.5; a newer one may have more, which must then be answered or refused by name.
SURELY = 34
ENVELOPE = {"AnalyticsMetadata", "UserContextData", "ClientMetadata"}


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """The operations that are answered."""
    return dict(OPERATIONS)


@needs_newest
def test_every_operation_without_signature_is_answered(table: dict[str, Any]) -> None:
    assert sorted(set(UNSIGNED) - set(table)) == []
    assert len(UNSIGNED) >= SURELY


@needs_newest
def test_no_operation_with_signature_is_taken_from_moto(table: dict[str, Any]) -> None:
    assert sorted(set(table) - set(UNSIGNED)) == []


@needs_newest
@pytest.mark.parametrize("name", UNSIGNED)
def test_the_members_taken_are_those_of_the_model(table: dict[str, Any], name: str) -> None:
    shape = MODEL.operation_model(name).input_shape
    known, row = set(shape.members), table[name]

    assert row.required >= set(shape.required_members)
    assert row.accepted - ENVELOPE <= known
    # What the model has and the row has not is refused by name; nothing is passed over in silence.
    assert row.accepted >= known - REFUSED_BY_NAME.get(name, set())


# Members that are refused by name because what they ask for is not simulated.
REFUSED_BY_NAME: dict[str, set[str]] = {}


def ask(operation: str, members: dict[str, Any]) -> requests.Response:
    """A request that no SDK checked, as any HTTP client can send it."""
    return requests.post(
        "https://cognito-idp.us-east-1.amazonaws.com/",
        headers={
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        },
        data=json.dumps(members),
        timeout=5,
    )


@pytest.mark.parametrize("name", UNSIGNED)
def test_an_empty_request_is_refused_and_says_what_is_missing(cognito: Any, name: str) -> None:
    answer = ask(name, {})

    assert (answer.status_code, answer.json()["__type"]) == (400, "InvalidParameterException")
    assert answer.json()["message"]


def test_a_member_that_does_not_exist_is_refused_by_name(pool: Pool) -> None:
    answer = ask("GetUser", {"AccessToken": pool.signed_in(), "Colour": "red"})

    assert answer.json()["__type"] == "UnsupportedOperationException"
    assert "Colour of GetUser" in answer.json()["message"]


def sensitive(name: str) -> dict[str, str]:
    """Members that the model calls sensitive, each with a value of its own."""
    members = MODEL.operation_model(name).input_shape.members
    return {
        member: f"canary-{member}-{'x' * 30}"
        for member, shape in members.items()
        if shape.type_name == "string" and shape.metadata.get("sensitive") and member != "ClientId"
    }


@pytest.mark.parametrize("living", [False, True], ids=["foreign token", "living token"])
@pytest.mark.parametrize("name", UNSIGNED)
def test_answers_never_repeat_a_secret(pool: Pool, name: str, living: bool) -> None:
    """moto's messages are often the very token or hash that was refused."""
    members = MODEL.operation_model(name).input_shape.members
    secrets = sensitive(name)
    given = {member: "x" for member, shape in members.items() if shape.type_name == "string"} | secrets
    if "ClientId" in members:
        given["ClientId"] = pool.client.id
    if living and "AccessToken" in members:
        given["AccessToken"] = pool.signed_in()

    text = ask(name, given).text

    assert [member for member, value in secrets.items() if value in text] == []
