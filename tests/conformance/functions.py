"""JavaScript's functions and ours: the name, what becomes of the arguments, what becomes of the result."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

import amplify_auth as auth

#: Words that are not just written differently.
_RENAMED = {"global": "global_sign_out"}
_JS_NAMES = {"allowed_mfa_types": "allowedMFATypes"}
#: Members that only ours have: the refusal behind a step, and the tag of the other union.
_ONLY_OURS = {"error", "friendly_device_name"}
_TAGS = frozenset({"signUpStep", "signInStep", "resetPasswordStep", "updateAttributeStep"})
_TEXT_KEYS = {"userAttributes", "validationData", "clientMetadata"}


@attrs.frozen
class Function:
    """One row: our function's name, and its result, in its session, in the JavaScript client's form."""

    name: str
    result: Callable[[Any, auth.Session], Any]


def keywords(args: Mapping[str, Any]) -> dict[str, Any]:
    """The JavaScript client's one argument as our keyword arguments."""
    flat = {**args, **args.get("options", {}), **args.get("userAttribute", {})}
    for name in ("options", "userAttribute"):
        flat.pop(name, None)
    return {_RENAMED.get(name, snake(name)): _keyword(name, value) for name, value in flat.items()}


def _keyword(name: str, value: Any) -> Any:
    return keywords(value) if isinstance(value, Mapping) and name not in _TEXT_KEYS else value


def snake(name: str) -> str:
    """``verifyTOTPSetup`` -> ``verify_totp_setup``."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def camel(value: Any) -> Any:
    """One of our values as JSON in the JavaScript client's words; what is None is left out, as there."""
    if isinstance(value, Mapping):
        return {name: camel(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [camel(item) for item in value]
    if isinstance(value, auth.TotpSetupDetails):
        return {"sharedSecret": value.shared_secret, "setupUri": value.get_setup_uri("App")}
    if not attrs.has(type(value)):
        return value
    members = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    return {
        _JS_NAMES.get(name) or re.sub(r"_([a-z])", lambda found: found[1].upper(), name): camel(item)
        for name, item in members.items()
        if item is not None and name not in _ONLY_OURS
    }


def _plain(output: Any, session: auth.Session) -> Any:
    return camel(output)


def _step(tag: str) -> Callable[[Any, auth.Session], Any]:
    """An output whose next step has this tag. A step of ours has the tags of all its unions."""

    def result(output: Any, session: auth.Session) -> Any:
        shown = camel(output)
        for other in _TAGS - {tag}:
            shown["nextStep"].pop(other, None)
        return shown

    return result


def _steps(outputs: Any, session: auth.Session) -> Any:
    return {name: _step("updateAttributeStep")(output, session) for name, output in outputs.items()}


def _signed_out(output: Any, session: auth.Session) -> Any:
    # JavaScript's tells nothing; ours has to tell that all is well.
    return None if output.is_complete else camel(output)


def _session(output: Any, session: auth.Session) -> Any:
    if output.tokens is None:
        return camel(output)
    tokens = {
        "accessToken": output.tokens.access_token,
        "idToken": output.tokens.id_token,
        # Ours are in the session itself.
        "signInDetails": camel(session.sign_in_details),
    }
    return {"tokens": tokens, "userSub": output.user_sub}


FUNCTIONS: Mapping[str, Function] = {
    "signUp": Function("sign_up", _step("signUpStep")),
    "confirmSignUp": Function("confirm_sign_up", _step("signUpStep")),
    "resendSignUpCode": Function("resend_sign_up_code", _plain),
    "autoSignIn": Function("auto_sign_in", _step("signInStep")),
    "signIn": Function("sign_in", _step("signInStep")),
    "confirmSignIn": Function("confirm_sign_in", _step("signInStep")),
    "signOut": Function("sign_out", _signed_out),
    "getCurrentUser": Function("get_current_user", _plain),
    "fetchAuthSession": Function("fetch_auth_session", _session),
    "resetPassword": Function("reset_password", _step("resetPasswordStep")),
    "confirmResetPassword": Function("confirm_reset_password", _plain),
    "updatePassword": Function("update_password", _plain),
    "fetchUserAttributes": Function("fetch_user_attributes", _plain),
    "updateUserAttributes": Function("update_user_attributes", _steps),
    "updateUserAttribute": Function("update_user_attribute", _step("updateAttributeStep")),
    "deleteUserAttributes": Function("delete_user_attributes", _plain),
    "sendUserAttributeVerificationCode": Function("send_user_attribute_verification_code", _plain),
    "confirmUserAttribute": Function("confirm_user_attribute", _plain),
    "deleteUser": Function("delete_user", _plain),
}


#: Our events -> JavaScript's.
EVENTS: Mapping[str, str] = {
    "signed_in": "signedIn",
    "signed_out": "signedOut",
    "token_refresh": "tokenRefresh",
    "token_refresh_failure": "tokenRefresh_failure",
    "user_deleted": "userDeleted",
}


def run(name: str, args: Mapping[str, Any], session: auth.Session) -> tuple[Any, Mapping[str, str] | None]:
    """Call our function for ``name``; its result, or the name and message of its error."""
    row = FUNCTIONS[name]
    try:
        return row.result(getattr(auth, row.name)(**keywords(args), session=session), session), None
    except auth.AuthError as error:
        return None, {"name": error.name, "message": error.message}
