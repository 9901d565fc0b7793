"""The challenge ``NEW_PASSWORD_REQUIRED``, which replaces a temporary password.

Never here: the proof of the temporary password.
"""

import json
from typing import Final

import attrs

from ..._moto import set_status, status_of
from ..accounts import (
    attributes_of,
    check_attributes,
    check_policy,
    missing_required,
    set_attributes,
    set_password,
)
from ..request import Call, Members, Response, invalid_parameter, not_authorized
from ..state import Progress, Session
from .progress import ask, parameter, progress_of, user_of

_PREFIX: Final = "userAttributes."


def offer(call: Call, progress: Progress) -> Response | None:
    """Ask for a new password and for missing attributes; None if the password is not temporary."""
    user, _ = user_of(call, progress)
    if status_of(user) != "FORCE_CHANGE_PASSWORD" or progress.factor != "PASSWORD":
        return None
    attributes = attributes_of(user)
    known = {name: value for name, value in attributes.items() if name != "sub"}
    # The forms of both lists: https://piotrnowicki.com (2022-11-22).
    parameters = {
        "USER_ID_FOR_SRP": progress.username,
        "requiredAttributes": json.dumps([_PREFIX + name for name in missing_required(call.pool, attributes)]),
        "userAttributes": json.dumps(known),
    }
    return ask(call, progress, "NEW_PASSWORD_REQUIRED", parameters)


def answer(call: Call, session: Session, responses: Members) -> Progress:
    """Take the new password, and the attributes in the same answer."""
    progress = progress_of(session)
    user, _ = user_of(call, progress)
    password = parameter(responses, "NEW_PASSWORD")
    attributes = attributes_of(user)
    given = {key.removeprefix(_PREFIX): str(value) for key, value in responses.items() if key.startswith(_PREFIX)}
    for name in missing_required(call.pool, {**attributes, **given}):
        # Recorded: https://github.com/aws-amplify/amplify-swift/issues/1786
        raise invalid_parameter(f"Invalid attributes given, {name} is missing")
    for name, known in call.pool.schema_attributes.items():
        if name in given and name in attributes and known.required:
            # Recorded: https://github.com/aws-samples/aws-saas-factory-bootcamp/issues/67
            raise not_authorized(f"Cannot modify an already provided {name}")
    check_attributes(call, given, client=call.client)
    check_policy(call.pool, password)
    set_password(call, user, password)
    set_attributes(user, given)
    set_status(user, "CONFIRMED")
    return attrs.evolve(progress, new_password=True)
