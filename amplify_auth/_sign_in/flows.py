"""How each ``auth_flow_type`` starts. `FLOWS` is the table: what a flow needs, and its first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, final

from .._cognito import Reply
from .._masking import Value, value
from .conversation import Conversation


def _user_srp(conversation: Conversation) -> Reply:
    return conversation.initiate("USER_SRP_AUTH", {"SRP_A": conversation.new_srp()})


def _user_password(conversation: Conversation) -> Reply:
    password = conversation.request.password or ""
    return conversation.initiate("USER_PASSWORD_AUTH", {"PASSWORD": password}, with_device=True)


def _custom_without_srp(conversation: Conversation) -> Reply:
    return conversation.initiate("CUSTOM_AUTH", {}, with_device=True)


def _custom_with_srp(conversation: Conversation) -> Reply:
    return conversation.initiate("CUSTOM_AUTH", {"SRP_A": conversation.new_srp(), "CHALLENGE_NAME": "SRP_A"})


def _user_auth(conversation: Conversation) -> Reply:
    preferred, session = conversation.request.preferred_challenge, conversation.sign_up_session
    if preferred is None:
        return conversation.initiate("USER_AUTH", {}, with_device=True, session=session)
    parameters: dict[str, str] = {"PREFERRED_CHALLENGE": preferred}
    if preferred == "PASSWORD_SRP":  # the device's key is sent with the proof
        return conversation.initiate("USER_AUTH", {**parameters, "SRP_A": conversation.new_srp()})
    if preferred == "PASSWORD":
        parameters["PASSWORD"] = conversation.request.password or ""
    return conversation.initiate("USER_AUTH", parameters, with_device=True, session=session)


@final
@value(kw_only=True, eq=False)
class Flow(Value):
    """One row: whether the flow takes a password, and how it starts."""

    takes_password: Literal["yes", "no", "by_factor"]
    start: Callable[[Conversation], Reply]


#: ``auth_flow_type`` -> how it starts.
FLOWS: Final[Mapping[str, Flow]] = {
    "USER_SRP_AUTH": Flow(takes_password="yes", start=_user_srp),
    "USER_PASSWORD_AUTH": Flow(takes_password="yes", start=_user_password),
    "CUSTOM_WITHOUT_SRP": Flow(takes_password="no", start=_custom_without_srp),
    "CUSTOM_WITH_SRP": Flow(takes_password="yes", start=_custom_with_srp),
    "USER_AUTH": Flow(takes_password="by_factor", start=_user_auth),
}
