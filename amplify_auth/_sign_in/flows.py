"""How each ``auth_flow_type`` starts. `FLOWS` is the table: what it needs, and its first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, final

from .._cognito import Reply
from .._masking import Value, value
from .._values import AuthConfig, SignInRequest
from ..errors import AuthValidationError
from .exchange import Exchange

# First factors and the switch of an amplify_outputs file that says whether the backend has them.
_SWITCHES: Final = {"EMAIL_OTP": "email_otp_enabled", "SMS_OTP": "sms_otp_enabled", "WEB_AUTHN": "web_authn"}
_PASSWORD_FACTORS: Final = ("PASSWORD", "PASSWORD_SRP")


def _user_srp(exchange: Exchange) -> Reply:
    return exchange.initiate("USER_SRP_AUTH", {"SRP_A": exchange.new_srp()})


def _user_password(exchange: Exchange) -> Reply:
    return exchange.initiate("USER_PASSWORD_AUTH", {"PASSWORD": exchange.request.password or ""}, with_device=True)


def _custom_without_srp(exchange: Exchange) -> Reply:
    return exchange.initiate("CUSTOM_AUTH", {}, with_device=True)


def _custom_with_srp(exchange: Exchange) -> Reply:
    return exchange.initiate("CUSTOM_AUTH", {"SRP_A": exchange.new_srp(), "CHALLENGE_NAME": "SRP_A"})


def _user_auth(exchange: Exchange) -> Reply:
    preferred, session = exchange.request.preferred_challenge, exchange.sign_up_session
    if preferred is None:
        return exchange.initiate("USER_AUTH", {}, with_device=True, session=session)
    parameters = {"PREFERRED_CHALLENGE": preferred}
    if preferred == "PASSWORD_SRP":  # the device's key goes along with the proof
        return exchange.initiate("USER_AUTH", {**parameters, "SRP_A": exchange.new_srp()})
    if preferred == "PASSWORD":
        parameters["PASSWORD"] = exchange.request.password or ""
    return exchange.initiate("USER_AUTH", parameters, with_device=True, session=session)


@final
@value(kw_only=True)
class Flow(Value):
    """One row: whether the flow takes a password, and how it starts."""

    takes_password: Literal["yes", "no", "by_factor"]
    start: Callable[[Exchange], Reply]


#: ``auth_flow_type`` -> how it starts.
FLOWS: Final[Mapping[str, Flow]] = {
    "USER_SRP_AUTH": Flow(takes_password="yes", start=_user_srp),
    "USER_PASSWORD_AUTH": Flow(takes_password="yes", start=_user_password),
    "CUSTOM_WITHOUT_SRP": Flow(takes_password="no", start=_custom_without_srp),
    "CUSTOM_WITH_SRP": Flow(takes_password="yes", start=_custom_with_srp),
    "USER_AUTH": Flow(takes_password="by_factor", start=_user_auth),
}


def can_start(request: SignInRequest, config: AuthConfig) -> bool:
    """Whether nothing is missing to start ``request`` over; the password is, where the sign-in was restored."""
    try:
        check_flow(request, config)
    except AuthValidationError:
        return False
    return True


def check_flow(request: SignInRequest, config: AuthConfig) -> None:
    """Raise `AuthValidationError` where ``request`` cannot start its flow."""
    rule, preferred = FLOWS[request.auth_flow_type].takes_password, request.preferred_challenge
    if rule == "no" and request.password:
        raise AuthValidationError(
            "A password is not needed when signing in with CUSTOM_WITHOUT_SRP",
            name="CustomAuthSignInPassword",
            recovery_suggestion="Do not include a password in your sign_in call.",
        )
    if rule == "by_factor" and preferred is not None:
        rule = "yes" if preferred in _PASSWORD_FACTORS else "by_factor"
        switch = _SWITCHES.get(preferred)
        if config.passwordless is not None and switch is not None and not config.passwordless.get(switch):
            raise AuthValidationError(
                "The preferred challenge is not enabled in your backend configuration",
                name="InvalidPreferredChallenge",
                recovery_suggestion="Ensure the authentication method is enabled in your Amplify backend configuration",
            )
    if rule == "yes" and not request.password:
        raise AuthValidationError(
            "password is required to signIn",
            name="EmptySignInPassword",
            recovery_suggestion="Pass password, or an auth_flow_type that needs none: "
            '"USER_AUTH" or "CUSTOM_WITHOUT_SRP".',
        )
