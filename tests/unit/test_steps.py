"""The steps: named after their tags, told apart by ``match`` or by tag, and plain values otherwise."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any, assert_never, get_args
from urllib.parse import parse_qs, unquote, urlsplit

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import AuthValidationError, CodeDeliveryDetails, SignInStep, SignUpStep, TotpSetupDetails, errors
from amplify_auth._values.steps import PENDING_STEPS

DELIVERY = CodeDeliveryDetails(destination="a***@e***", delivery_medium="EMAIL", attribute_name="email")
TOTP = TotpSetupDetails(shared_secret="JBSWY3DPEHPK3PXP", username="alice")
SIGN_IN_TAGS = {
    "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
    "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE",
    "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
    "CONFIRM_SIGN_IN_WITH_PASSWORD",
    "CONTINUE_SIGN_IN_WITH_MFA_SELECTION",
    "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION",
    "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP",
    "CONTINUE_SIGN_IN_WITH_TOTP_SETUP",
    "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION",
    "RESET_PASSWORD",
    "CONFIRM_SIGN_UP",
    "DONE",
}
FIELDS: dict[str, dict[str, Any]] = {
    "ConfirmSignInWithSmsCode": {"code_delivery_details": DELIVERY},
    "ConfirmSignInWithEmailCode": {"code_delivery_details": DELIVERY},
    "ConfirmSignInWithTotpCode": {"friendly_device_name": "phone"},
    "ConfirmSignInWithCustomChallenge": {"additional_info": {"question": "?"}},
    "ConfirmSignInWithNewPasswordRequired": {"missing_attributes": ("email",)},
    "ConfirmSignInWithPassword": {},
    "ContinueSignInWithMfaSelection": {"allowed_mfa_types": ("SMS", "TOTP")},
    "ContinueSignInWithMfaSetupSelection": {"allowed_mfa_types": ("EMAIL", "TOTP")},
    "ContinueSignInWithEmailSetup": {},
    "ContinueSignInWithTotpSetup": {"totp_setup_details": TOTP},
    "ContinueSignInWithFirstFactorSelection": {"available_challenges": ("EMAIL_OTP",)},
    "ResetPassword": {"error": errors.PasswordResetRequiredException("No.")},
    "ConfirmSignUp": {"code_delivery_details": DELIVERY, "error": errors.UserNotConfirmedException("No.")},
    "CompleteAutoSignIn": {"code_delivery_details": DELIVERY},
    "Done": {},
}
STEPS = {name: getattr(auth, name)(**fields) for name, fields in FIELDS.items()}


def tag_of(kind: type) -> str:
    """``ConfirmSignInWithSmsCode`` -> ``CONFIRM_SIGN_IN_WITH_SMS_CODE``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).upper()


def test_the_unions_hold_what_amplify_can_ask() -> None:
    assert {tag_of(kind) for kind in get_args(SignInStep)} == SIGN_IN_TAGS
    assert {tag_of(kind) for kind in get_args(SignUpStep)} == {"CONFIRM_SIGN_UP", "COMPLETE_AUTO_SIGN_IN", "DONE"}


def test_every_step_is_tried_here() -> None:
    assert {kind.__name__ for kind in (*get_args(SignInStep), *get_args(SignUpStep))} == set(STEPS)


@pytest.mark.parametrize("union", [SignInStep, SignUpStep], ids=["sign_in_step", "sign_up_step"])
def test_a_tag_is_the_name_of_its_class(union: Any) -> None:
    attribute = "sign_in_step" if union is SignInStep else "sign_up_step"
    for kind in get_args(union):
        assert getattr(STEPS[kind.__name__], attribute) == tag_of(kind)


def test_a_step_has_the_tag_of_its_union_only() -> None:
    both = {"Done", "ConfirmSignUp"}
    for name, step in STEPS.items():
        assert hasattr(step, "sign_in_step") == (name != "CompleteAutoSignIn")
        assert hasattr(step, "sign_up_step") == (name in both | {"CompleteAutoSignIn"})


def test_what_confirm_sign_in_can_answer_is_all_but_the_ends() -> None:
    ends = {"ResetPassword", "ConfirmSignUp", "Done"}
    assert {kind.__name__ for kind in get_args(SignInStep)} - {kind.__name__ for kind in PENDING_STEPS} == ends


@pytest.mark.parametrize("name", STEPS)
def test_a_tag_cannot_be_chosen_or_changed(name: str) -> None:
    for attribute in ("sign_in_step", "sign_up_step"):
        with pytest.raises(TypeError):
            type(STEPS[name])(**FIELDS[name], **{attribute: "DONE"})
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(STEPS[name], attribute, "DONE")


def described(step: SignInStep) -> str:
    """What a program does with a step; type checkers see that nothing is missing."""
    match step:
        case auth.Done():
            return "done"
        case auth.ConfirmSignInWithSmsCode(code_delivery_details=details):
            return f"sms {details.destination}"
        case auth.ConfirmSignInWithEmailCode(code_delivery_details=details):
            return f"email {details.destination}"
        case auth.ConfirmSignInWithTotpCode(friendly_device_name=name):
            return f"totp {name}"
        case auth.ConfirmSignInWithCustomChallenge(additional_info=info):
            return f"custom {info['question']}"
        case auth.ConfirmSignInWithNewPasswordRequired(missing_attributes=names):
            return f"new password {names}"
        case auth.ConfirmSignInWithPassword():
            return "password"
        case auth.ContinueSignInWithMfaSelection(allowed_mfa_types=types):
            return f"select {types}"
        case auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=types):
            return f"set up {types}"
        case auth.ContinueSignInWithEmailSetup():
            return "set up email"
        case auth.ContinueSignInWithTotpSetup(totp_setup_details=totp):
            return f"set up {totp.username}"
        case auth.ContinueSignInWithFirstFactorSelection(available_challenges=names):
            return f"first {names}"
        case auth.ResetPassword(error=error):
            return f"reset {error}"
        case auth.ConfirmSignUp(error=error):
            return f"confirm {error}"
        case _:
            assert_never(step)


def test_match_tells_steps_apart() -> None:
    seen = [described(STEPS[kind.__name__]) for kind in get_args(SignInStep)]

    assert len(set(seen)) == len(seen)
    assert "sms a***@e***" in seen
    assert "custom ?" in seen


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_frozen_values(name: str) -> None:
    step, twin = STEPS[name], type(STEPS[name])(**FIELDS[name])

    assert step == twin
    assert hash(step) == hash(twin)
    assert copy.copy(step) == copy.deepcopy(step) == step
    assert type(step).__doc__
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        step.anything = 1


@pytest.mark.parametrize("name", STEPS)
def test_steps_survive_pickling_but_for_secrets(name: str) -> None:
    twin = pickle.loads(pickle.dumps(STEPS[name]))

    if name == "ContinueSignInWithTotpSetup":
        assert (twin.totp_setup_details.username, twin.totp_setup_details.shared_secret) == ("alice", "***")
    else:
        assert twin == STEPS[name]
        assert getattr(twin, "error", None).__class__ is getattr(STEPS[name], "error", None).__class__


def test_additional_info_cannot_be_changed() -> None:
    given = {"question": "?"}
    step = auth.ConfirmSignInWithCustomChallenge(additional_info=given)
    given["question"] = "!"

    assert step.additional_info == {"question": "?"}
    with pytest.raises(TypeError):
        step.additional_info["question"] = "!"  # type: ignore[index]


@pytest.mark.parametrize("form", [repr, str, "{}".format])
def test_a_shared_secret_is_masked(form: Any) -> None:
    for value in (TOTP, STEPS["ContinueSignInWithTotpSetup"]):
        assert "JBSWY3DPEHPK3PXP" not in form(value)
        assert "alice" in form(value)


# The URI for authenticator apps: github.com/google/google-authenticator/wiki/Key-Uri-Format


@pytest.mark.parametrize(
    ("app", "account", "uri"),
    [
        ("MyApp", None, "otpauth://totp/MyApp:alice?secret=JBSWY3DPEHPK3PXP&issuer=MyApp"),
        ("MyApp", "bob@example.com", "otpauth://totp/MyApp:bob@example.com?secret=JBSWY3DPEHPK3PXP&issuer=MyApp"),
        ("My App", "Bob B", "otpauth://totp/My%20App:Bob%20B?secret=JBSWY3DPEHPK3PXP&issuer=My%20App"),
    ],
)
def test_a_setup_uri(app: str, account: str | None, uri: str) -> None:
    assert TOTP.get_setup_uri(app, account) == uri


@pytest.mark.parametrize(
    "name", ["a&secret=x", "a#b", "a?b", "a/b", "a:b", 'a"b', "a%20b", "a+b", "\u65e5\u672c \U0001f600", "a=b;c"]
)
def test_a_setup_uri_escapes_what_would_change_its_meaning(name: str) -> None:
    parts = urlsplit(TOTP.get_setup_uri(name, name))
    issuer, separator, account = parts.path.removeprefix("/").partition(":")

    assert (parts.scheme, parts.netloc, parts.fragment) == ("otpauth", "totp", "")
    assert (unquote(issuer), separator, unquote(account)) == (name, ":", name)
    assert parse_qs(parts.query) == {"secret": ["JBSWY3DPEHPK3PXP"], "issuer": [name]}


@pytest.mark.parametrize("wrong", [5, b"MyApp", ["MyApp"], "\ud800"])
def test_names_that_are_no_text_are_refused(wrong: Any) -> None:
    for arguments in ((wrong,), ("MyApp", wrong), ("",), (None,)):
        with pytest.raises(AuthValidationError):
            TOTP.get_setup_uri(*arguments)
