"""Challenges may come in any order that the service chooses; the client knows no order, only a table of challenges."""

import itertools

import pytest
from botocore.session import Session as CoreSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import amplify_auth as auth
from amplify_auth._sign_in.challenges import CHALLENGES
from amplify_auth._sign_in.proofs import PROOFS
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito, asks
from tests.support.story import CHOICES, CODES, FLOWS, LOGIN_ID, PASSWORD, USERNAME, Story

pytestmark = pytest.mark.slow

STARTS_WITH_SRP_A = {"SRP", "custom with SRP", "chosen SRP"}


def _tell(story: Story, session: auth.Session, flow: str) -> list[str]:
    return story.drive(auth.sign_in(LOGIN_ID, session=session, **FLOWS[flow]), session)


def _check_told(story: Story, session: auth.Session) -> None:
    assert story.mistakes == []
    assert session.is_signed_in
    assert session.username == USERNAME
    assert session.pending_sign_in is None


CHAPTERS = [*CODES, *(f"SELECT_CHALLENGE:{choice}" for choice in CHOICES), "MFA_SETUP:TOTP", "MFA_SETUP:EMAIL"]


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[str], bool]:
    """A flow, the chapters that follow it, and whether the client has a secret."""
    flow = draw(st.sampled_from(sorted(FLOWS)))
    chapters = ["PASSWORD_VERIFIER"] if flow in STARTS_WITH_SRP_A and draw(st.booleans()) else []
    proved: set[str] = set()
    for chapter in draw(st.lists(st.sampled_from([*CHAPTERS, "DEVICE"]), max_size=6)):
        if chapter not in ("DEVICE", "WEB_AUTHN"):
            proved = set()
        elif chapter in proved:
            continue  # twice the same proof without a person between is a loop; that is tested below
        proved.add(chapter)
        chapters.append(chapter)
        if chapter == "SELECT_CHALLENGE:PASSWORD_SRP" and draw(st.booleans()):
            chapters.append("PASSWORD_VERIFIER")
    return flow, chapters, draw(st.booleans())


@given(told=stories())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_story_is_followed_to_its_end(told: tuple[str, list[str], bool], scripted: ScriptedCognito) -> None:
    flow, chapters, confidential = told
    first = Story(scripted, ["PASSWORD_VERIFIER"], confidential=confidential, knows_device=True)
    session = first.session()
    _tell(first, session, "SRP")
    _check_told(first, session)
    auth.sign_out(session=session)
    story = Story(scripted, chapters, confidential=confidential, knows_device=True)
    story._device = first._device
    _tell(story, session, flow)
    _check_told(story, session)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_flow_may_lead_to_every_challenge(chapter: str, scripted: ScriptedCognito) -> None:
    with EveryRow() as every:
        for flow, confidential in itertools.product(FLOWS, (False, True)):
            with every.row(f"{flow}, {'confidential' if confidential else 'public'}"):
                story = Story(scripted, [chapter], confidential=confidential)
                session = story.session()
                _tell(story, session, flow)
                _check_told(story, session)


@pytest.mark.parametrize("flow", sorted(STARTS_WITH_SRP_A))
@pytest.mark.parametrize("before", ["CUSTOM_CHALLENGE", "SMS_MFA", "SELECT_MFA_TYPE"])
def test_the_proof_of_the_password_may_be_asked_for_behind_a_question(
    before: str, flow: str, scripted: ScriptedCognito
) -> None:
    """A CAPTCHA first: the SRP exchange that the flow began with waits as long as the person takes, once."""
    first = Story(scripted, ["PASSWORD_VERIFIER"], knows_device=True)
    session = first.session()
    _tell(first, session, "SRP")
    auth.sign_out(session=session)
    story = Story(scripted, [before, "DEVICE", before, "PASSWORD_VERIFIER", before], knows_device=True)
    story._device = first._device
    _tell(story, session, flow)
    _check_told(story, session)


def test_the_proof_of_a_password_that_was_not_exported_is_an_error_that_says_so(scripted: ScriptedCognito) -> None:
    story = Story(scripted, ["SMS_MFA", "PASSWORD_VERIFIER"])
    first, second = story.session(), story.session()
    auth.sign_in(LOGIN_ID, PASSWORD, session=first)
    assert "srp" not in first.export_state()
    second.restore_state(first.export_state())
    with pytest.raises(auth.AuthProtocolError, match="never exported"):
        auth.confirm_sign_in("111111", session=second)
    assert second.pending_sign_in is None


@pytest.mark.parametrize("before", CHAPTERS)
def test_every_challenge_may_follow_every_other(before: str, scripted: ScriptedCognito) -> None:
    with EveryRow() as every:
        for after in CHAPTERS:
            if before == after == "WEB_AUTHN":
                continue  # the loop of one proof without an answer of a person between
            with every.row(f"{before}, {after}"):
                story = Story(scripted, [before, after], confidential=True)
                session = story.session()
                _tell(story, session, "choice")
                _check_told(story, session)


@pytest.mark.parametrize(
    ("flow", "chapters", "steps"),
    [
        (
            "SRP",
            ["PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "MFA_SETUP:TOTP"],
            [
                "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
                "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION",
                "CONTINUE_SIGN_IN_WITH_TOTP_SETUP",
                "DONE",
            ],
        ),
        (
            "SRP",
            ["PASSWORD_VERIFIER", "SELECT_MFA_TYPE", "EMAIL_OTP", "DEVICE"],
            ["CONTINUE_SIGN_IN_WITH_MFA_SELECTION", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "DONE"],
        ),
        (
            "choice",
            ["SELECT_CHALLENGE:PASSWORD_SRP", "PASSWORD_VERIFIER", "SMS_MFA"],
            [
                "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION",
                "CONFIRM_SIGN_IN_WITH_PASSWORD",
                "CONFIRM_SIGN_IN_WITH_SMS_CODE",
                "DONE",
            ],
        ),
        ("passkey", ["WEB_AUTHN", "DEVICE"], ["DONE"]),
        ("code", ["DEVICE"], ["DONE"]),
        (
            "custom with SRP",
            ["PASSWORD_VERIFIER", "DEVICE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"],
            ["CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", "DONE"],
        ),
    ],
)
@pytest.mark.parametrize("confidential", [False, True], ids=["public", "confidential"])
def test_a_story_is_told_step_by_step(
    flow: str, chapters: list[str], steps: list[str], confidential: bool, scripted: ScriptedCognito
) -> None:
    first = Story(scripted, ["PASSWORD_VERIFIER"], confidential=confidential, knows_device=True)
    session = first.session()
    _tell(first, session, "SRP")
    auth.sign_out(session=session)
    story = Story(scripted, chapters, confidential=confidential, knows_device=True)
    story._device = first._device
    assert _tell(story, session, flow) == steps
    _check_told(story, session)


def test_a_new_device_is_registered_whatever_led_to_the_tokens(scripted: ScriptedCognito) -> None:
    for flow, chapters in [("custom", ["CUSTOM_CHALLENGE"]), ("passkey", ["WEB_AUTHN"]), ("password", [])]:
        story = Story(scripted, chapters, knows_device=True)
        session = story.session()
        _tell(story, session, flow)
        _check_told(story, session)
        assert story._device["key"] in session.export_state()


@pytest.mark.parametrize("name", ["DEVICE_SRP_AUTH", "WEB_AUTHN"])
def test_a_service_that_asks_the_same_proof_for_ever_is_stopped(name: str, scripted: ScriptedCognito) -> None:
    parameters = {"CREDENTIAL_REQUEST_OPTIONS": '{"challenge": "AAAA"}'}
    story = Story(scripted, ["PASSWORD_VERIFIER"], knows_device=True)
    session = story.session()
    _tell(story, session, "SRP")
    auth.sign_out(session=session)
    scripted.clear()
    scripted.always("InitiateAuth", asks(name, **parameters)).always("RespondToAuthChallenge", asks(name, **parameters))
    with pytest.raises(auth.AuthProtocolError, match=f"{name} twice") as caught:
        auth.sign_in(LOGIN_ID, session=session, auth_flow_type="USER_AUTH")
    assert caught.value.name == "SignInException"
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]


@pytest.mark.parametrize("name", ["ADMIN_NO_SRP_AUTH", "SOMETHING_NEW"])
@pytest.mark.parametrize("step", ["sign_in", "confirm_sign_in"])
def test_a_challenge_that_nobody_knows_is_an_error_that_names_it(
    name: str, step: str, scripted: ScriptedCognito
) -> None:
    session = Story(scripted, []).session()
    scripted.clear()
    if step == "confirm_sign_in":
        scripted.on("InitiateAuth", asks("SMS_MFA"))
        auth.sign_in(LOGIN_ID, session=session, auth_flow_type="USER_AUTH")
        scripted.on("RespondToAuthChallenge", asks(name))
        with pytest.raises(auth.AuthProtocolError, match=name) as caught:
            auth.confirm_sign_in("111111", session=session)
    else:
        scripted.on("InitiateAuth", asks(name))
        with pytest.raises(auth.AuthProtocolError, match=name) as caught:
            auth.sign_in(LOGIN_ID, session=session, auth_flow_type="USER_AUTH")
    assert caught.value.name == "SignInException"
    assert session.pending_sign_in is None


#: In the model, but no answer of the operations that this library calls: only of AdminInitiateAuth.
_ADMINS_ONLY = {"ADMIN_NO_SRP_AUTH"}


def test_the_table_of_challenges_is_that_of_the_service_model() -> None:
    """A challenge that is new in botocore's model is noticed here."""
    model = CoreSession().get_service_model("cognito-idp").shape_for("ChallengeNameType")
    assert set(model.enum) - _ADMINS_ONLY == set(CHALLENGES) | set(PROOFS)
