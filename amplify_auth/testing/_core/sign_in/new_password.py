"""The challenge ``NEW_PASSWORD_REQUIRED``: a temporary password is replaced. Never here: how it was proven."""

import json
from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts.passwords import check_policy, set_password
from amplify_auth.testing._core.accounts.users import (
    attributes_of,
    check_attributes,
    missing_required,
    set_attributes,
    set_status,
    status,
)
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import invalid_parameter, not_authorized
from amplify_auth.testing._core.sign_in.progress import Progress, ask, parameter, progress_of, user_of
from amplify_auth.testing._core.state.store import Session

_PREFIX: Final = "userAttributes."


def offer(call: Call, progress: Progress) -> dict[str, Any] | None:
    """Ask for the new password, and for attributes the pool requires; None when the password is no temporary one."""
    user, _ = user_of(call, progress)
    if status(user) != "FORCE_CHANGE_PASSWORD" or progress.factor != "PASSWORD":
        return None
    held = attributes_of(user)
    known = {name: value for name, value in held.items() if name != "sub"}
    # Both as a client meets them: https://piotrnowicki.com (2022-11-22).
    parameters = {
        "USER_ID_FOR_SRP": progress.username,
        "requiredAttributes": json.dumps([_PREFIX + name for name in missing_required(call.pool, held)]),
        "userAttributes": json.dumps(known),
    }
    return ask(call, progress, "NEW_PASSWORD_REQUIRED", parameters)


def answer(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Take the new password and the attributes that came with it."""
    progress = progress_of(session)
    user, _ = user_of(call, progress)
    password = parameter(responses, "NEW_PASSWORD")
    held = attributes_of(user)
    given = {key.removeprefix(_PREFIX): str(value) for key, value in responses.items() if key.startswith(_PREFIX)}
    for name in missing_required(call.pool, {**held, **given}):
        # Recorded: https://github.com/aws-amplify/amplify-swift/issues/1786
        raise invalid_parameter(f"Invalid attributes given, {name} is missing")
    for name, known in call.pool.schema_attributes.items():
        if name in given and name in held and known.required:
            # Recorded: https://github.com/aws-samples/aws-saas-factory-bootcamp/issues/67
            raise not_authorized(f"Cannot modify an already provided {name}")
    check_attributes(call, given, client=call.client)
    check_policy(call.pool, password)
    set_password(call, user, password)
    set_attributes(user, given)
    set_status(user, "CONFIRMED")
    return progress.with_(new_password=True)
