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
_TEXT_KEYS = {"userAttributes", "validationData", "clientMetadata"}


@attrs.frozen
class Function:
    """One row: our function's name, and its result, in its session, in the JavaScript client's form."""

    name: str
    result: Callable[[Any, auth.Session], Any]


def keywords(args: Mapping[str, Any]) -> dict[str, Any]:
    """The JavaScript client's one argument as our keyword arguments."""
    flat = {**args, **args.get("options", {})}
    flat.pop("options", None)
    return {_RENAMED.get(name, snake(name)): _keyword(name, value) for name, value in flat.items()}


def _keyword(name: str, value: Any) -> Any:
    return keywords(value) if isinstance(value, Mapping) and name not in _TEXT_KEYS else value


def snake(name: str) -> str:
    """``verifyTOTPSetup`` -> ``verify_totp_setup``."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def camel(value: Any) -> Any:
    """One of our values as JSON in the JavaScript client's words; what is None is left out, as there."""
    if isinstance(value, Mapping):
        return dict(value)
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


def _without(tag: str) -> Callable[[Any, auth.Session], Any]:
    def result(output: Any, session: auth.Session) -> Any:
        shown = camel(output)
        shown["nextStep"].pop(tag, None)
        return shown

    return result


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
    "signUp": Function("sign_up", _without("signInStep")),
    "confirmSignUp": Function("confirm_sign_up", _without("signInStep")),
    "resendSignUpCode": Function("resend_sign_up_code", _plain),
    "autoSignIn": Function("auto_sign_in", _without("signUpStep")),
    "signIn": Function("sign_in", _without("signUpStep")),
    "confirmSignIn": Function("confirm_sign_in", _without("signUpStep")),
    "signOut": Function("sign_out", _signed_out),
    "getCurrentUser": Function("get_current_user", _plain),
    "fetchAuthSession": Function("fetch_auth_session", _session),
}


#: Our events -> JavaScript's.
EVENTS: Mapping[str, str] = {
    "signed_in": "signedIn",
    "signed_out": "signedOut",
    "token_refresh": "tokenRefresh",
    "token_refresh_failure": "tokenRefresh_failure",
}


def run(name: str, args: Mapping[str, Any], session: auth.Session) -> tuple[Any, Mapping[str, str] | None]:
    """Call our function for ``name``; its result, or the name and message of its error."""
    row = FUNCTIONS[name]
    try:
        return row.result(getattr(auth, row.name)(**keywords(args), session=session), session), None
    except auth.AuthError as error:
        return None, {"name": error.name, "message": error.message}
