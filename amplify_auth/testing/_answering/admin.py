"""Operations with an AWS signature. moto answers most of them; what moto drops is kept here, so that the core sees it.

Never here: an operation without an AWS signature.
"""

import json
from collections.abc import Callable
from typing import Final, cast

import attrs

from .._core import Call, Response, handle
from .._core.accounts import find
from .._core.request import names, section
from .._core.state import user_state
from .._core.tokens import revoke_user
from .._moto import MotoPool
from .._wire import Answer, success
from .admin_sign_in import admin_initiate_auth, admin_respond_to_auth_challenge

Moto = Callable[[], Answer]
"""Lets moto answer."""


def answer_signed(call: Call, moto: Moto) -> Answer:
    """The answer of moto, and what moto does not know kept or added."""
    row = _OPERATIONS.get(call.operation)
    return moto() if row is None else row(call, moto)


def _set_user_pool_mfa_config(call: Call, moto: Moto) -> Answer:
    wanted = call.params
    if not {"EmailMfaConfiguration", "WebAuthnConfiguration"} & wanted.keys():
        return moto()
    # moto refuses e-mail as the only second factor, and a request with passkeys that names no second factor.
    pool, state = call.pool, call.state
    with state.lock:
        _set_motos_factors(call, pool)
        state.email_mfa = "EmailMfaConfiguration" in wanted or state.email_mfa
        if "WebAuthnConfiguration" in wanted:
            state.web_authn = dict(section(wanted, "WebAuthnConfiguration"))
    configured: Response = {
        "MfaConfiguration": pool.mfa_config,
        "SmsMfaConfiguration": pool.sms_mfa_config,
        "SoftwareTokenMfaConfiguration": pool.token_mfa_config,
        **_unknown_to_moto(call),
    }
    return success({name: value for name, value in configured.items() if value is not None})


def _set_motos_factors(call: Call, pool: MotoPool) -> None:
    wanted = call.params
    pool.mfa_config = str(wanted.get("MfaConfiguration", pool.mfa_config))
    pool.sms_mfa_config = wanted.get("SmsMfaConfiguration", pool.sms_mfa_config)
    if "SoftwareTokenMfaConfiguration" in wanted:
        pool.token_mfa_config = section(wanted, "SoftwareTokenMfaConfiguration")


def _get_user_pool_mfa_config(call: Call, moto: Moto) -> Answer:
    return _changed(moto(), lambda result: result.update(_unknown_to_moto(call)))


def _unknown_to_moto(call: Call) -> Response:
    state = call.state
    return {
        **({"EmailMfaConfiguration": {}} if state.email_mfa else {}),
        **({"WebAuthnConfiguration": state.web_authn} if state.web_authn else {}),
    }


def _admin_set_user_mfa_preference(call: Call, moto: Moto) -> Answer:
    answer = moto()
    if answer.error is not None or call.params.get("EmailMfaSettings") is None:
        return answer
    settings = section(call.params, "EmailMfaSettings")
    with call.state.lock:
        user = find(call.pool, call.text("Username"))
        assert user is not None  # moto refuses an unknown user
        user_state(call.pool, user).email_mfa_enabled = bool(settings.get("Enabled"))
        if settings.get("PreferredMfa"):
            user.preferred_mfa_setting = "EMAIL_OTP"
        elif user.preferred_mfa_setting == "EMAIL_OTP":
            user.preferred_mfa_setting = ""
    return answer


def _admin_get_user(call: Call, moto: Moto) -> Answer:
    def add(result: Response) -> None:
        user = find(call.pool, call.text("Username"))
        if user is not None and user_state(call.pool, user).email_mfa_enabled:
            result["UserMFASettingList"] = [*names(result, "UserMFASettingList"), "EMAIL_OTP"]

    return _changed(moto(), add)


def _ending_sign_ins(call: Call, moto: Moto) -> Answer:
    # Found first, because moto may delete the user.
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
        # moto changes the status but sends no code.
        params: Response = {"ClientId": client_id, "Username": call.params["Username"]}
        handle(attrs.evolve(call, operation="ForgotPassword", params=params, strict=False))
    return answer


def _changed(answer: Answer, change: Callable[[Response], object]) -> Answer:
    if answer.error is not None:
        return answer
    result = cast(Response, json.loads(answer.body))
    change(result)
    return attrs.evolve(answer, body=json.dumps(result))


def _by_core(answered: Callable[[Call], Response]) -> Callable[[Call, Moto], Answer]:
    def answer(call: Call, moto: Moto) -> Answer:
        return success(answered(call))

    return answer


_OPERATIONS: Final[dict[str, Callable[[Call, Moto], Answer]]] = {
    "AdminInitiateAuth": _by_core(admin_initiate_auth),
    "AdminRespondToAuthChallenge": _by_core(admin_respond_to_auth_challenge),
    "SetUserPoolMfaConfig": _set_user_pool_mfa_config,
    "GetUserPoolMfaConfig": _get_user_pool_mfa_config,
    "AdminSetUserMFAPreference": _admin_set_user_mfa_preference,
    "AdminGetUser": _admin_get_user,
    "AdminDeleteUser": _ending_sign_ins,
    "AdminDisableUser": _ending_sign_ins,
    "AdminResetUserPassword": _admin_reset_user_password,
    "AdminUserGlobalSignOut": _ending_sign_ins,
}
