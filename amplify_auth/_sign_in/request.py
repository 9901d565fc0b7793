"""What a sign-in is started with: its checked form, and whether the flow can start with it. Nothing is sent."""

from __future__ import annotations

from typing import Final

from .. import _arguments as arguments
from .._values import AUTH_FLOWS, FIRST_FACTORS, OTHER_WORDS, AuthConfig, SignInRequest
from ..errors import AuthValidationError
from .first_factors import SWITCHES
from .flows import FLOWS

_PASSWORD_FACTORS: Final = ("PASSWORD", "PASSWORD_SRP")


def make_request(
    config: AuthConfig,
    username: str,
    password: str | None,
    *,
    auth_flow_type: object = None,
    preferred_challenge: object = None,
    client_metadata: object = None,
) -> SignInRequest:
    """The checked form of what a sign-in starts with. The defaults of ``config`` fill the gaps.

    Raises:
        AuthValidationError: An argument is wrong.
    """
    chosen = arguments.one_of(auth_flow_type, "auth_flow_type", AUTH_FLOWS, also=OTHER_WORDS["auth_flow_type"])
    flow = chosen or config.auth_flow_type
    preferred = arguments.one_of(
        preferred_challenge,
        "preferred_challenge",
        FIRST_FACTORS,
        name="InvalidPreferredChallenge",
        also=OTHER_WORDS["preferred_challenge"],
    )
    if preferred is not None and flow != "USER_AUTH":
        raise AuthValidationError(
            f"preferred_challenge has no meaning in {flow}.",
            name="InvalidPreferredChallenge",
            recovery_suggestion='Pass auth_flow_type="USER_AUTH" with it.',
        )
    return SignInRequest(
        login_id=username,
        auth_flow_type=flow,
        preferred_challenge=(preferred or config.preferred_challenge) if flow == "USER_AUTH" else None,
        client_metadata=arguments.texts(client_metadata, "client_metadata"),
        password=password or None,
    )


def can_start(request: SignInRequest, config: AuthConfig) -> bool:
    """True if nothing is missing to start ``request`` over. After a restore, the password is missing."""
    try:
        check_flow(request, config)
    except AuthValidationError:
        return False
    return True


def check_flow(request: SignInRequest, config: AuthConfig) -> None:
    """Raise `AuthValidationError` if ``request`` cannot start its flow."""
    rule, preferred = FLOWS[request.auth_flow_type].takes_password, request.preferred_challenge
    if rule == "no" and request.password:
        raise AuthValidationError(
            "A password is not needed when signing in with CUSTOM_WITHOUT_SRP",
            name="CustomAuthSignInPassword",
            recovery_suggestion="Do not pass a password to sign_in().",
        )
    if rule == "by_factor" and preferred is not None:
        rule = "yes" if preferred in _PASSWORD_FACTORS else "by_factor"
        switch = SWITCHES.get(preferred)
        if config.passwordless is not None and switch is not None and not config.passwordless.get(switch):
            raise AuthValidationError(
                "The preferred challenge is not enabled in your backend configuration",
                name="InvalidPreferredChallenge",
                recovery_suggestion="Ensure the authentication method is enabled in your Amplify backend configuration",
            )
    if rule == "yes" and not request.password:
        raise AuthValidationError(
            "password is required to sign_in",
            name="EmptySignInPassword",
            recovery_suggestion="Pass password, or an auth_flow_type that needs none: "
            '"USER_AUTH" or "CUSTOM_WITHOUT_SRP".',
        )


def takes_password(request: SignInRequest) -> bool:
    """True if the flow of ``request`` can use a password."""
    return FLOWS[request.auth_flow_type].takes_password != "no"
