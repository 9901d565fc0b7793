"""Each operation of Cognito that needs no AWS signature is sent by a public function, or a reason says why not."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import botocore.session
import pytest

import amplify_auth as auth
from tests.support.architecture import texts_named
from tests.support.imports import source_files
from tests.support.newest_model import needs_newest

#: Operation -> the public functions that send it.
SENT_BY: Mapping[str, tuple[str, ...]] = {
    "AssociateSoftwareToken": ("confirm_sign_in", "set_up_totp", "sign_in"),
    "ChangePassword": ("update_password",),
    "CompleteWebAuthnRegistration": ("associate_web_authn_credential",),
    "ConfirmDevice": ("confirm_sign_in", "sign_in"),
    "ConfirmForgotPassword": ("confirm_reset_password",),
    "ConfirmSignUp": ("confirm_sign_up",),
    "DeleteUser": ("delete_user",),
    "DeleteUserAttributes": ("delete_user_attributes",),
    "DeleteWebAuthnCredential": ("delete_web_authn_credential",),
    "ForgetDevice": ("forget_device",),
    "ForgotPassword": ("reset_password",),
    "GetTokensFromRefreshToken": ("fetch_auth_session",),
    "GetUser": ("fetch_mfa_preference", "fetch_user_attributes", "update_mfa_preference"),
    "GetUserAttributeVerificationCode": ("send_user_attribute_verification_code",),
    "GetUserAuthFactors": ("fetch_auth_factors",),
    "GlobalSignOut": ("sign_out",),
    "InitiateAuth": ("sign_in",),
    "ListDevices": ("fetch_devices",),
    "ListUserSessions": ("list_user_sessions", "revoke_user_session"),
    "ListWebAuthnCredentials": ("list_web_authn_credentials",),
    "ResendConfirmationCode": ("resend_sign_up_code",),
    "RespondToAuthChallenge": ("confirm_sign_in", "sign_in"),
    "RevokeToken": ("sign_out",),
    "RevokeUserSession": ("revoke_user_session",),
    "SetUserMFAPreference": ("update_mfa_preference",),
    "SignUp": ("sign_up",),
    "StartWebAuthnRegistration": ("associate_web_authn_credential",),
    "UpdateDeviceStatus": ("remember_device",),
    "UpdateUserAttributes": ("update_user_attribute", "update_user_attributes"),
    "VerifySoftwareToken": ("confirm_sign_in", "verify_totp_setup"),
    "VerifyUserAttribute": ("confirm_user_attribute",),
}
#: Operation -> why no function sends it.
NOT_SENT: Mapping[str, str] = {
    "GetDevice": "ListDevices gives the same of every device.",
    "SetUserSettings": "Cognito supports it no longer: SetUserMFAPreference has taken its place.",
    "UpdateAuthEventFeedback": "Its token is in the link of an e-mail, which the user opens in a browser.",
}
#: Files that name operations to describe them.
_DESCRIBE = ("_cognito/effects.py", "_cognito/known.py", "_cognito/meanings.py", "_cognito/sensitive.py")


def unsigned() -> set[str]:
    """The operations of the installed botocore that need no signature."""
    model: Any = botocore.session.get_session().get_service_model("cognito-idp")
    return {name for name in model.operation_names if model.operation_model(name).auth_type == "none"}


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Every text in the source of the library, except in the files that only describe."""
    spec = find_spec("amplify_auth")
    assert spec is not None
    assert spec.origin is not None
    files = [
        file
        for file in source_files(Path(spec.origin).parent)
        if ".testing" not in file.module and not file.where.endswith(_DESCRIBE)
    ]
    return {text for _, _, text in texts_named(files)}


def test_every_operation_is_sent_or_has_a_reason() -> None:
    assert sorted(unsigned() - set(SENT_BY) - set(NOT_SENT)) == []
    assert sorted(set(SENT_BY) & set(NOT_SENT)) == []


@needs_newest
def test_no_row_names_what_cognito_does_not_have() -> None:
    assert sorted((set(SENT_BY) | set(NOT_SENT)) - unsigned()) == []


@pytest.mark.parametrize("operation", SENT_BY)
def test_an_operation_is_named_by_the_function_that_sends_it(operation: str, named: set[str]) -> None:
    """In the source, and in the docstring of each function, so that a reader finds the one by the other."""
    assert operation in named
    for name in SENT_BY[operation]:
        described = getattr(auth, name).__doc__ or ""
        assert f"``{operation}``" in described, f"the docstring of {name} does not name it"


@pytest.mark.parametrize("operation", NOT_SENT)
def test_an_operation_that_is_not_sent_is_not_named(operation: str, named: set[str]) -> None:
    assert operation not in named
    assert NOT_SENT[operation].endswith(".")


def test_every_function_of_the_table_is_public() -> None:
    functions = {name for names in SENT_BY.values() for name in names}
    assert sorted(functions - set(auth.__all__)) == []
