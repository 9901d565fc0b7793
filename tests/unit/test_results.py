"""What the functions return: frozen values with Amplify's fields, in plain Python."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import errors

OUTPUTS: dict[str, dict[str, Any]] = {
    "SignUpOutput": {"is_sign_up_complete": False, "next_step": auth.ConfirmSignUp(), "user_id": "sub-1"},
    "ConfirmSignUpOutput": {"is_sign_up_complete": True, "next_step": auth.Done()},
    "SignInOutput": {"is_signed_in": False, "next_step": auth.ConfirmSignInWithPassword()},
    "SignOutOutput": {
        "is_complete": False,
        "global_sign_out_error": errors.NotAuthorizedException("No."),
        "revoke_token_error": errors.AuthNetworkError("No."),
    },
    "SignInDetails": {"login_id": "alice", "auth_flow_type": "USER_SRP_AUTH"},
    "CodeDeliveryDetails": {"destination": "a***@e***", "delivery_medium": "EMAIL", "attribute_name": "email"},
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_fields_are_those_of_the_contract(name: str) -> None:
    kind = getattr(auth, name)

    assert [field.name for field in attrs.fields(kind)] == list(OUTPUTS[name])
    assert all(field.kw_only for field in attrs.fields(kind))
    assert kind.__doc__


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_a_frozen_value(name: str) -> None:
    output, twin = (getattr(auth, name)(**OUTPUTS[name]) for _ in range(2))

    assert output == twin
    assert copy.deepcopy(output) == output
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(output, next(iter(OUTPUTS[name])), None)


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_survives_pickling(name: str) -> None:
    output = getattr(auth, name)(**OUTPUTS[name])
    twin = pickle.loads(pickle.dumps(output))

    assert twin == output
    for field in OUTPUTS[name]:
        value = getattr(output, field)
        if isinstance(value, auth.AuthError):
            assert getattr(twin, field).details() == value.details()


def test_optional_fields_default_to_none() -> None:
    assert auth.SignUpOutput(is_sign_up_complete=True, next_step=auth.Done()).user_id is None
    assert auth.CodeDeliveryDetails() == auth.CodeDeliveryDetails(
        destination=None, delivery_medium=None, attribute_name=None
    )
    assert auth.SignOutOutput(is_complete=True).revoke_token_error is None
