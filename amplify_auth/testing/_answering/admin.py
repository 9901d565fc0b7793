"""AWS-signed operations: moto answers most, and what moto drops of them is kept here, where `_core` sees it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from amplify_auth.testing._answering.admin_sign_in import admin_initiate_auth, admin_respond_to_auth_challenge
from amplify_auth.testing._core import Call, handle
from amplify_auth.testing._core.accounts.users import find
from amplify_auth.testing._core.state.store import user_state
from amplify_auth.testing._core.tokens.issue import revoke_user
from amplify_auth.testing._wire import Answer, success

Moto = Callable[[], Answer]
"""Has moto answer."""


def answer_signed(call: Call, moto: Moto) -> Answer:
    """What moto answers, with what moto does not know kept or added."""
    row = _OPERATIONS.get(call.operation)
    return moto() if row is None else row(call, moto)


def _set_user_pool_mfa_config(call: Call, moto: Moto) -> Answer:
    wanted = call.params
    if not {"EmailMfaConfiguration", "WebAuthnConfiguration"} & wanted.keys():
        return moto()
    # moto refuses e-mail as the only second factor, and passkeys without a word on second factors.
    pool, state = call.pool, call.state
    with state.lock:
        pool.mfa_config = wanted.get("MfaConfiguration", pool.mfa_config)
        pool.sms_mfa_config = wanted.get("SmsMfaConfiguration", pool.sms_mfa_config)
        pool.token_mfa_config = wanted.get("SoftwareTokenMfaConfiguration", pool.token_mfa_config)
        state.email_mfa = "EmailMfaConfiguration" in wanted or state.email_mfa
        state.web_authn = dict(wanted.get("WebAuthnConfiguration", state.web_authn))
    kept = {
        "MfaConfiguration": pool.mfa_config,
        "SmsMfaConfiguration": pool.sms_mfa_config,
        "SoftwareTokenMfaConfiguration": pool.token_mfa_config,
    }
    return success({name: value for name, value in {**kept, **_not_motos(call)}.items() if value is not None})


def _get_user_pool_mfa_config(call: Call, moto: Moto) -> Answer:
    return _with(moto(), lambda result: result.update(_not_motos(call)))


def _not_motos(call: Call) -> dict[str, Any]:
    state = call.state
    return {
        **({"EmailMfaConfiguration": {}} if state.email_mfa else {}),
        **({"WebAuthnConfiguration": state.web_authn} if state.web_authn else {}),
    }


def _admin_set_user_mfa_preference(call: Call, moto: Moto) -> Answer:
    answer = moto()
    settings = call.params.get("EmailMfaSettings")
    if answer.error is not None or settings is None:
        return answer
    with call.state.lock:
        user = find(call.pool, str(call.params["Username"]))
        assert user is not None  # else moto would have refused
        user_state(call.pool, user).email_mfa_enabled = bool(settings.get("Enabled"))
        if settings.get("PreferredMfa"):
            user.preferred_mfa_setting = "EMAIL_OTP"
        elif user.preferred_mfa_setting == "EMAIL_OTP":
            user.preferred_mfa_setting = ""
    return answer


def _admin_get_user(call: Call, moto: Moto) -> Answer:
    def add(result: dict[str, Any]) -> None:
        user = find(call.pool, str(call.params["Username"]))
        if user is not None and user_state(call.pool, user).email_mfa_enabled:
            result["UserMFASettingList"] = [*(result.get("UserMFASettingList") or []), "EMAIL_OTP"]

    return _with(moto(), add)


def _ending_sign_ins(call: Call, moto: Moto) -> Answer:
    # Before moto forgets the user.
    user = find(call.pool, str(call.params.get("Username")))
    answer = moto()
    if answer.error is None and user is not None:
        with call.state.lock:
            revoke_user(call.pool, call.state, user)
    return answer


def _admin_reset_user_password(call: Call, moto: Moto) -> Answer:
    answer = moto()
    client_id = next(iter(call.pool.clients), None)
    if answer.error is None and client_id is not None:
        # moto changes the status and sends nothing; the user would wait for the code in vain.
        asked = {"ClientId": client_id, "Username": call.params["Username"]}
        handle(attrs.evolve(call, operation="ForgotPassword", params=asked, strict=False))
    return answer


def _with(answer: Answer, change: Callable[[dict[str, Any]], None]) -> Answer:
    if answer.error is not None:
        return answer
    result = json.loads(answer.body)
    change(result)
    return attrs.evolve(answer, body=json.dumps(result))


def _signing_in(answered: Callable[[Call], Mapping[str, Any]]) -> Callable[[Call, Moto], Answer]:
    def answer(call: Call, moto: Moto) -> Answer:
        return success(answered(call))

    return answer


_OPERATIONS: Final[dict[str, Callable[[Call, Moto], Answer]]] = {
    "AdminInitiateAuth": _signing_in(admin_initiate_auth),
    "AdminRespondToAuthChallenge": _signing_in(admin_respond_to_auth_challenge),
    "SetUserPoolMfaConfig": _set_user_pool_mfa_config,
    "GetUserPoolMfaConfig": _get_user_pool_mfa_config,
    "AdminSetUserMFAPreference": _admin_set_user_mfa_preference,
    "AdminGetUser": _admin_get_user,
    "AdminDeleteUser": _ending_sign_ins,
    "AdminDisableUser": _ending_sign_ins,
    "AdminResetUserPassword": _admin_reset_user_password,
    "AdminUserGlobalSignOut": _ending_sign_ins,
}
