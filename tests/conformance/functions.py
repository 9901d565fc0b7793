"""JavaScript's functions and ours: the name, what becomes of the arguments, what becomes of the result."""

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

import amplify_auth as auth

#: Words that are not just written differently.
_RENAMED = {"global": "global_sign_out"}
_JS_NAMES = {"allowed_mfa_types": "allowedMFATypes"}
#: Members that only ours have: the refusal behind a step, which of the devices is this one.
_ONLY_OURS = {"error", "friendly_device_name", "is_this_device"}
_TEXT_KEYS = {"userAttributes", "validationData", "clientMetadata"}
#: A step that several unions have carries the tag of each.
_TAGS = {"signUpStep", "signInStep", "resetPasswordStep", "updateAttributeStep"}

Args = Mapping[str, Any]


def keywords(args: Args) -> dict[str, Any]:
    """The JavaScript client's one argument as our keyword arguments."""
    flat = {**args, **(args.get("options") or {})}
    flat.pop("options", None)
    return {_RENAMED.get(name, snake(name)): _keyword(name, value) for name, value in flat.items()}


def _keyword(name: str, value: Any) -> Any:
    return keywords(value) if isinstance(value, Mapping) and name not in _TEXT_KEYS else value


def _device(args: Args) -> dict[str, Any]:
    given = args.get("device") or {}
    return {"device_key": given["id"]} if given.get("id") is not None else {}


def _attribute(args: Args) -> dict[str, Any]:
    others = {name: value for name, value in args.items() if name != "userAttribute"}
    return keywords({**others, **args["userAttribute"]})


@attrs.frozen
class Function:
    """One row: our function's name; its result, in its session, and its arguments, in the JavaScript client's form."""

    name: str
    result: Callable[[Any, auth.Session], Any]
    arguments: Callable[[Args], dict[str, Any]] = keywords


def snake(name: str) -> str:
    """``verifyTOTPSetup`` -> ``verify_totp_setup``."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def camel(value: Any) -> Any:
    """One of our values as JSON in the JavaScript client's words; what is None is left out, as there."""
    if isinstance(value, Mapping):
        return {key: camel(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [camel(item) for item in value]
    if isinstance(value, datetime):
        assert value.tzinfo is UTC, "a time is aware and UTC"
        return "<TIME>"
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


def _stepping(tag: str) -> Callable[[Any, auth.Session], Any]:
    """Outputs with a next step, or several of them by name; of its tags the step keeps this one."""

    def result(output: Any, session: auth.Session) -> Any:
        shown = camel(output)
        for one in shown.values() if isinstance(output, Mapping) else (shown,):
            one["nextStep"] = {name: item for name, item in one["nextStep"].items() if name not in _TAGS - {tag}}
        return shown

    return result


def _signed_out(output: Any, session: auth.Session) -> Any:
    # JavaScript's tells nothing; ours has to tell that all is well.
    return None if output.is_complete else camel(output)


def _preference(output: Any, session: auth.Session) -> Any:
    shown = camel(output)
    # JavaScript's has no list of nothing.
    return shown if output.enabled else {name: item for name, item in shown.items() if name != "enabled"}


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
    "signUp": Function("sign_up", _stepping("signUpStep")),
    "confirmSignUp": Function("confirm_sign_up", _stepping("signUpStep")),
    "resendSignUpCode": Function("resend_sign_up_code", _plain),
    "autoSignIn": Function("auto_sign_in", _stepping("signInStep")),
    "signIn": Function("sign_in", _stepping("signInStep")),
    "confirmSignIn": Function("confirm_sign_in", _stepping("signInStep")),
    "signOut": Function("sign_out", _signed_out),
    "getCurrentUser": Function("get_current_user", _plain),
    "fetchAuthSession": Function("fetch_auth_session", _session),
    "resetPassword": Function("reset_password", _stepping("resetPasswordStep")),
    "confirmResetPassword": Function("confirm_reset_password", _plain),
    "updatePassword": Function("update_password", _plain),
    "setUpTOTP": Function("set_up_totp", _plain),
    "verifyTOTPSetup": Function("verify_totp_setup", _plain),
    "fetchMFAPreference": Function("fetch_mfa_preference", _preference),
    "updateMFAPreference": Function("update_mfa_preference", _plain),
    "fetchUserAttributes": Function("fetch_user_attributes", _plain),
    "updateUserAttributes": Function("update_user_attributes", _stepping("updateAttributeStep")),
    "updateUserAttribute": Function("update_user_attribute", _stepping("updateAttributeStep"), _attribute),
    "deleteUserAttributes": Function("delete_user_attributes", _plain),
    "sendUserAttributeVerificationCode": Function("send_user_attribute_verification_code", _plain),
    "confirmUserAttribute": Function("confirm_user_attribute", _plain),
    "deleteUser": Function("delete_user", _plain),
    "fetchDevices": Function("fetch_devices", _plain),
    "rememberDevice": Function("remember_device", _plain),
    "forgetDevice": Function("forget_device", _plain, _device),
    "associateWebAuthnCredential": Function("associate_web_authn_credential", _plain),
    "listWebAuthnCredentials": Function("list_web_authn_credentials", _plain),
    "deleteWebAuthnCredential": Function("delete_web_authn_credential", _plain),
}


#: Our events -> JavaScript's. The last one is only ours.
EVENTS: Mapping[str, str] = {
    "signed_in": "signedIn",
    "signed_out": "signedOut",
    "token_refresh": "tokenRefresh",
    "token_refresh_failure": "tokenRefresh_failure",
    "user_deleted": "user_deleted",
}


def run(name: str, args: Args, session: auth.Session) -> tuple[Any, Mapping[str, str] | None]:
    """Call our function for ``name``; its result, or the name and message of its error."""
    row = FUNCTIONS[name]
    function = getattr(auth, row.name)
    given = {name: value for name, value in row.arguments(args).items() if value is not None}
    try:
        return row.result(function(**{**_missing(function), **given}, session=session), session), None
    except auth.AuthError as error:
        return None, {"name": error.name, "message": error.message}


def _missing(function: Callable[..., Any]) -> dict[str, Any]:
    """An empty text for each argument that ours demands: JavaScript's do not tell it from ``undefined`` or ``null``."""
    parameters = inspect.signature(function).parameters.values()
    return {one.name: "" for one in parameters if one.default is one.empty}
