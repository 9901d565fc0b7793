"""Read by mypy and pyright (``make types``), never run: what the checkers must know of the public API."""

from typing import Literal, assert_never, assert_type

import amplify_auth as auth


def every_sign_in_step(step: auth.SignInStep) -> str | None:
    match step:
        case auth.ConfirmSignInWithSmsCode(code_delivery_details=sent):
            return sent.destination
        case auth.ConfirmSignInWithEmailCode(code_delivery_details=sent):
            assert_type(sent, auth.CodeDeliveryDetails)
            return sent.destination
        case auth.ConfirmSignInWithTotpCode(friendly_device_name=name):
            return name
        case auth.ConfirmSignInWithCustomChallenge(additional_info=info):
            return info["question"]
        case auth.ConfirmSignInWithNewPasswordRequired(missing_attributes=names):
            assert_type(names, tuple[str, ...])
        case auth.ConfirmSignInWithPassword():
            pass
        case auth.ContinueSignInWithMfaSelection(allowed_mfa_types=kinds):
            assert_type(kinds, tuple[Literal["SMS", "TOTP", "EMAIL"], ...])
        case auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=kinds):
            return kinds[0]
        case auth.ContinueSignInWithEmailSetup():
            pass
        case auth.ContinueSignInWithTotpSetup(totp_setup_details=details):
            return details.get_setup_uri("App")
        case auth.ContinueSignInWithFirstFactorSelection(available_challenges=challenges):
            assert_type(challenges, tuple[str, ...])
        case auth.ResetPassword(error=error) | auth.ConfirmSignUp(error=error):
            assert_type(error, auth.AuthError | None)
        case auth.Done():
            pass
        case _:
            assert_never(step)
    return None


def a_forgotten_sign_in_step(step: auth.SignInStep) -> None:
    match step:
        case auth.Done() | auth.ResetPassword():
            pass
        case _:
            assert_never(step)  # type: ignore[arg-type]


def every_sign_up_step(step: auth.SignUpStep) -> None:
    match step:
        case auth.ConfirmSignUp(code_delivery_details=sent) | auth.CompleteAutoSignIn(code_delivery_details=sent):
            assert_type(sent, auth.CodeDeliveryDetails | None)
        case auth.Done():
            pass
        case _:
            assert_never(step)


def a_forgotten_sign_up_step(step: auth.SignUpStep) -> None:
    if isinstance(step, auth.CompleteAutoSignIn | auth.Done):
        return
    assert_never(step)  # type: ignore[arg-type]


def every_reset_password_step(step: auth.ResetPasswordStep) -> str | None:
    match step:
        case auth.ConfirmResetPasswordWithCode(code_delivery_details=sent):
            assert_type(sent, auth.CodeDeliveryDetails)
            return sent.destination
        case auth.Done():
            return None
        case _:
            assert_never(step)


def a_forgotten_reset_password_step(step: auth.ResetPasswordStep) -> None:
    match step:
        case auth.Done():
            pass
        case _:
            assert_never(step)  # type: ignore[arg-type]


def every_update_attribute_step(step: auth.UpdateAttributeStep) -> str | None:
    match step:
        case auth.ConfirmAttributeWithCode(code_delivery_details=sent):
            assert_type(sent, auth.CodeDeliveryDetails)
            return sent.delivery_medium
        case auth.Done():
            return None
        case _:
            assert_never(step)


def a_forgotten_update_attribute_step(step: auth.UpdateAttributeStep) -> None:
    match step:
        case auth.ConfirmAttributeWithCode():
            pass
        case _:
            assert_never(step)  # type: ignore[arg-type]


def the_tags_of_account_steps_are_closed(reset: auth.ResetPasswordStep, update: auth.UpdateAttributeStep) -> None:
    match reset.reset_password_step:
        case "CONFIRM_RESET_PASSWORD_WITH_CODE" | "DONE":
            pass
        case _ as tag:
            assert_never(tag)
    if update.update_attribute_step == "CONFIRM_ATTRIBUTE_WITH_CODE":
        assert_type(update, auth.ConfirmAttributeWithCode)


def the_tag_narrows_the_sign_in_steps(out: auth.SignInOutput) -> None:
    if out.next_step.sign_in_step == "CONFIRM_SIGN_IN_WITH_SMS_CODE":
        assert_type(out.next_step, auth.ConfirmSignInWithSmsCode)
    elif out.next_step.sign_in_step == "CONTINUE_SIGN_IN_WITH_TOTP_SETUP":
        assert_type(out.next_step.totp_setup_details, auth.TotpSetupDetails)


def the_tag_narrows_the_sign_up_steps(step: auth.SignUpStep) -> None:
    match step.sign_up_step:
        case "CONFIRM_SIGN_UP" | "COMPLETE_AUTO_SIGN_IN" | "DONE":
            pass
        case _ as tag:
            assert_never(tag)


def what_the_functions_give() -> None:
    assert_type(auth.sign_up("alice", "secret").next_step, auth.SignUpStep)
    assert_type(auth.confirm_sign_up("alice", "123456"), auth.ConfirmSignUpOutput)
    assert_type(auth.resend_sign_up_code("alice"), auth.CodeDeliveryDetails)
    assert_type(auth.sign_in("alice", "secret").next_step, auth.SignInStep)
    assert_type(auth.confirm_sign_in("123456"), auth.SignInOutput)
    assert_type(auth.resend_sign_in_code(), auth.SignInOutput)
    assert_type(auth.auto_sign_in(), auth.SignInOutput)
    assert_type(auth.fetch_auth_session().tokens, auth.AuthTokens | None)
    assert_type(auth.get_current_user(), auth.AuthUser)
    assert_type(auth.get_session(), auth.Session)
    assert_type(auth.sign_out().is_complete, bool)
    with auth.use_session(auth.configure()) as session:
        assert_type(session.tokens, auth.AuthTokens | None)


def values_are_frozen(out: auth.SignInOutput) -> None:
    out.is_signed_in = True  # type: ignore[misc]


def options_are_keywords() -> None:
    auth.sign_in("alice", "secret", "USER_SRP_AUTH")  # type: ignore[call-arg]
    auth.Session(user_pool="eu-west-1_AbC123")  # type: ignore[arg-type]
