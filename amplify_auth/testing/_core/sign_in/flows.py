"""The flows of a sign-in: a row for each, and the checks before all of them.

Never here: the steps after the first proof.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from ..accounts import check_confirmed, find, required_user
from ..request import Call, Members, allowed_flows, check_secret_hash, invalid_parameter, text, unsupported
from ..state import Progress
from . import choice, custom
from .password import simulated_identity, start_password, start_srp
from .progress import Start, Step, parameter, with_device
from .signed_up import signed_up_factor

_UNSUPPORTED: Final = ("TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE")

FLOWS: Final[Mapping[str, Start]] = {
    "USER_SRP_AUTH": start_srp,
    "USER_PASSWORD_AUTH": start_password,
    "USER_AUTH": choice.start,
    "CUSTOM_AUTH": custom.start,
}


def check_flow(call: Call, flow: str) -> None:
    """Refuse a flow that the client does not allow.

    Raises:
        CognitoError: ``InvalidParameterException``; only when ``call.strict``.
    """
    if not call.strict or flow in allowed_flows(call.client):
        return
    if flow == "USER_PASSWORD_AUTH":
        raise invalid_parameter("USER_PASSWORD_AUTH flow not enabled for this client")
    raise invalid_parameter(f"{flow} is not enabled for the client.")


def start(call: Call, flow: str, values: Members) -> Step:
    """Start a sign-in.

    Args:
        call: The request.
        flow: A key of ``FLOWS``.
        values: ``AuthParameters``.

    Raises:
        CognitoError: The flow, the user or the proof is refused.
    """
    check_flow(call, flow)
    for unsupported_name in _UNSUPPORTED:
        if unsupported_name in values:
            raise unsupported(f"{unsupported_name} in AuthParameters")
    name = parameter(values, "USERNAME")
    user = find(call.pool, name)
    check_secret_hash(call, values.get("SECRET_HASH"), name)
    if user is None and not call.hides_users:
        required_user(call, name)
    if user is not None:
        # Before the password: recorded in https://github.com/amazon-archives/amazon-cognito-identity-js/issues/288
        check_confirmed(user)
    internal = user.username if user is not None else simulated_identity(call, name)
    # The device is checked after the user is proven: before that, no client may learn which devices exist.
    progress = Progress(username=internal, client_id=call.client.id, flow=flow, device_key=text(values, "DEVICE_KEY"))
    if flow == "CUSTOM_AUTH":
        progress = with_device(call, progress, values)
    if flow == "USER_AUTH" and call.params.get("Session") is not None:
        factor = signed_up_factor(call, name)
        if factor is not None:
            return attrs.evolve(progress, factor=factor)
    return FLOWS[flow](call, progress, user, name, values)
