"""One failure at every request of a sign-in, before the service acted and after: the user gets in all the same.

Whoever goes on with what is still waiting, or else starts anew, is signed in after one failure; nothing that must
not be repeated is, nobody is half signed in meanwhile, and the service hears no wrong answer.
"""

import json
from collections.abc import Iterator

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._cognito.effects import effect_of
from tests.support.scripted_cognito import HANGS_UP, Answer, Request, ScriptedCognito, page, refuses, says
from tests.support.story import FLOWS, LOGIN_ID, PASSWORD, Story, answer

pytestmark = pytest.mark.slow

STORIES: list[tuple[str, list[str]]] = [
    ("SRP", ["PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "MFA_SETUP:TOTP"]),
    ("password", ["SELECT_MFA_TYPE", "EMAIL_OTP", "DEVICE"]),
    ("custom", ["CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"]),
    ("choice", ["SELECT_CHALLENGE:PASSWORD_SRP", "PASSWORD_VERIFIER", "SMS_MFA"]),
    ("choice", ["SELECT_CHALLENGE:PASSWORD", "MFA_SETUP:EMAIL", "EMAIL_OTP"]),
    ("passkey", ["WEB_AUTHN", "DEVICE"]),
    ("code", ["EMAIL_OTP"]),
]
FAULTS: dict[str, tuple[Answer, bool]] = {
    "lost request": (HANGS_UP, False),
    "lost answer": (HANGS_UP, True),
    "empty answer": (says(), True),
    "503 after all": (page(503), True),
    "throttled": (refuses("TooManyRequestsException", "Rate exceeded"), False),
}


class Faulty(ScriptedCognito):
    """Fails at one request, by its number."""

    fails_at = 0
    fault: tuple[Answer, bool] = (HANGS_UP, False)

    def answer(self, request: Request) -> Answer:
        failure, acts = self.fault
        fails = len(self.requests) + 1 == self.fails_at
        if fails and not acts:
            self.requests.append(request)
            return failure
        said = super().answer(request)
        return failure if fails else said


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as server:
        yield server


def _try(story: Story, session: auth.Session, flow: str) -> auth.AuthError | None:
    try:
        if session.pending_sign_in is None:
            auth.sign_in(LOGIN_ID, session=session, **FLOWS[flow])
        else:
            answer(story, session)
    except auth.AuthError as error:
        return error
    return None


def _go_on_until_signed_in(story: Story, session: auth.Session, flow: str) -> list[auth.AuthError]:
    """What went wrong on the way."""
    wrong: list[auth.AuthError] = []
    while not session.is_signed_in:
        sent = len(story.server.requests)
        error = _try(story, session, flow)
        if error is not None:
            wrong.append(error)
            assert len(wrong) < 3, wrong
            assert session.tokens is None
            assert session.pending_sign_in is None or not isinstance(error, errors.PendingSignInExpired)
        once = [
            json.dumps(one.body)
            for one in story.server.requests[sent:]
            if not effect_of(one.operation, one.body).is_repeatable
        ]
        assert len(once) == len(set(once)) or story.server.fault is FAULTS["throttled"]
    return wrong


@pytest.mark.filterwarnings("ignore::amplify_auth.errors.DeviceRegistrationWarning")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("flow", "chapters"), STORIES, ids=lambda value: value if isinstance(value, str) else "")
def test_one_failure_anywhere_keeps_nobody_out(flow: str, chapters: list[str], fault: str, faulty: Faulty) -> None:
    faulty.fails_at = 0
    first = Story(faulty, [], confidential=True, knows_device=True)
    signed_in = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=signed_in)
    auth.sign_out(session=signed_in)
    state = signed_in.export_state()

    def run(number: int) -> int:
        faulty.fails_at = 0
        story = Story(faulty, chapters, confidential=True, knows_device=True, forgiving=True)
        story._device = first._device
        session = story.session()
        session.restore_state(state)
        faulty.fails_at, faulty.fault = number, FAULTS[fault]
        wrong = _go_on_until_signed_in(story, session, flow)
        assert story.mistakes == []
        assert number or not wrong
        return len(faulty.requests)

    count = run(0)
    for number in range(1, count + 1):
        run(number)
