"""What the tests of requests and answers share: values, and how a session comes to know a device."""

import json
from collections.abc import Callable

import amplify_auth as auth
from tests.support.story import LOGIN_ID, USERNAME

METADATA, LATER = {"from": "the start"}, {"from": "the answer"}
DEVICE_KEY = "us-east-1_the-device"
NEXT = "the-session-of-the-next-question"

#: `hashed("SECRET_HASH", name)`: that member for a confidential client, nothing for a public one.
Hashed = Callable[[str, str], dict[str, str]]


def know_device(session: auth.Session) -> None:
    """From now on the session has a device."""
    state = json.loads(session.export_state())
    device = {"username": USERNAME, "login_ids": [LOGIN_ID], "key": DEVICE_KEY, "group_key": "-group"}
    state["devices"] = [{**device, "password": "device-password", "is_remembered": True}]
    session.restore_state(json.dumps(state))
