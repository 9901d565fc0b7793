"""Every failure has a name, and every refusal carries the facts that support asks for."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.scripted_cognito import (
    HANGS_UP,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
    text,
)
from tests.support.story import PASSWORD

CALLS: dict[str, Callable[[auth.Session], object]] = {
    "SignUp": lambda session: auth.sign_up("alice", PASSWORD, session=session),
    "ConfirmSignUp": lambda session: auth.confirm_sign_up("alice", "123456", session=session),
    "ResendConfirmationCode": lambda session: auth.resend_sign_up_code("alice", session=session),
    "InitiateAuth": lambda session: auth.sign_in("alice", PASSWORD, session=session),
}


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        (HANGS_UP, auth.AuthNetworkError, "NetworkError"),
        (text("not JSON"), auth.AuthProtocolError, "InvalidResponse"),
        (says(AuthenticationResult={"AccessToken": "not a JWT"}), auth.AuthProtocolError, "InvalidTokens"),
        (asks("WEB_AUTHN"), auth.AuthProtocolError, "InvalidPasskeyAuthenticationOptions"),
        (asks("PASSWORD_VERIFIER", USER_ID_FOR_SRP="a"), auth.AuthProtocolError, "InvalidResponse"),
        (
            asks("PASSWORD_VERIFIER", USER_ID_FOR_SRP="a", SRP_B="0", SALT="1", SECRET_BLOCK="YQ=="),
            auth.AuthProtocolError,
            "InvalidSrpParameter",
        ),
        (refuses("BrandNewException"), auth.AuthServiceError, "BrandNewException"),
        (page(502), auth.AuthServiceError, "InternalErrorException"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or (value if isinstance(value, str) else ""),
)
def test_no_error_is_unknown(
    answer: Any, kind: type[auth.AuthError], name: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """What is no refusal of the service has a kind and a name too."""
    scripted.always("InitiateAuth", answer)
    with pytest.raises(kind) as caught:
        auth.sign_in("alice", PASSWORD, auth_flow_type="USER_SRP_AUTH", session=session)
    assert caught.value.name == name
    assert "nknown" not in str(caught.value)


@pytest.mark.parametrize("operation", CALLS)
def test_every_refusal_carries_the_id_of_its_request(
    operation: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """And the status and the operation."""
    scripted.on(operation, refuses("InvalidParameterException", "No."))
    with pytest.raises(errors.InvalidParameterException) as caught:
        CALLS[operation](session)
    error = caught.value
    assert (error.request_id, error.http_status_code, error.operation) == ("request-1", 400, operation)


def test_facts_survive_json(session: auth.Session, scripted: ScriptedCognito) -> None:
    """What support asks for can be logged as it is."""
    scripted.on("InitiateAuth", refuses("InvalidParameterException", "No."))
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_in("alice", PASSWORD, session=session)
    assert json.loads(json.dumps(caught.value.details()))["request_id"] == "request-1"
