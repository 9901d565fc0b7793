"""A session's state as text: every pending step goes on in another session, and damaged texts change nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amplify_auth import (
    AuthError,
    AuthValidationError,
    ContinueSignInWithTotpSetup,
    Session,
    auto_sign_in,
    confirm_sign_in,
    confirm_sign_up,
    resend_sign_in_code,
    sign_in,
    sign_out,
    sign_up,
)
from amplify_auth._values.steps import PENDING_STEPS
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, jwt, refuses, says, signs_in
from tests.support.srp_verifier import Verifier

DELIVERY = {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***"}

#: How it is asked, an answer, and what of that is sent.
QUESTIONS: dict[str, tuple[Answer, str, dict[str, str]]] = {
    "SMS_MFA": (asks("SMS_MFA", **DELIVERY), "123456", {"SMS_MFA_CODE": "123456"}),
    "SMS_OTP": (asks("SMS_OTP", **DELIVERY), "123456", {"SMS_OTP_CODE": "123456"}),
    "EMAIL_OTP": (asks("EMAIL_OTP", **DELIVERY), "123456", {"EMAIL_OTP_CODE": "123456"}),
    "SOFTWARE_TOKEN_MFA": (
        asks("SOFTWARE_TOKEN_MFA", FRIENDLY_DEVICE_NAME="phone"),
        "123456",
        {"SOFTWARE_TOKEN_MFA_CODE": "123456"},
    ),
    "CUSTOM_CHALLENGE": (asks("CUSTOM_CHALLENGE", question="\u65e5?"), "42", {"ANSWER": "42"}),
    "NEW_PASSWORD_REQUIRED": (
        asks("NEW_PASSWORD_REQUIRED", requiredAttributes='["userAttributes.given_name"]'),
        "N3w-password",
        {"NEW_PASSWORD": "N3w-password"},
    ),
    "SELECT_MFA_TYPE": (
        asks("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE='["SMS_MFA", "SOFTWARE_TOKEN_MFA"]'),
        "TOTP",
        {"ANSWER": "SOFTWARE_TOKEN_MFA"},
    ),
    "MFA_SETUP of one": (
        asks("MFA_SETUP", MFAS_CAN_SETUP='["EMAIL_OTP"]'),
        "alice@example.com",
        {"EMAIL": "alice@example.com"},
    ),
    "SELECT_CHALLENGE": (
        asks("SELECT_CHALLENGE", available=["EMAIL_OTP", "PASSWORD"]),
        "EMAIL_OTP",
        {"ANSWER": "EMAIL_OTP"},
    ),
}


@pytest.fixture
def other(new_session: Callable[..., Session]) -> Session:
    """The session of another process."""
    return new_session(auth_flow_type="CUSTOM_WITHOUT_SRP")


def handed_over(session: Session, other: Session) -> str:
    text = session.export_state()
    other.restore_state(text)
    return text


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_pending_question_is_answered_by_another_session(
    scripted: ScriptedCognito, session: Session, other: Session, question: str
) -> None:
    asked, answer, responses = QUESTIONS[question]
    scripted.always("InitiateAuth", asked).always("RespondToAuthChallenge", signs_in())
    sign_in("alice", "Passw0rd!", session=session, client_metadata={"k": "v"})
    handed_over(session, other)

    here, there = session.pending_sign_in, other.pending_sign_in
    assert here is not None
    assert there == attrs.evolve(here, request=attrs.evolve(here.request, password=None))
    assert confirm_sign_in(answer, session=other).is_signed_in
    (sent,) = scripted.of("RespondToAuthChallenge")
    assert sent["ChallengeResponses"] == {"USERNAME": "alice", **responses}
    assert sent["Session"] == "session-of-the-first-question"
    assert other.sign_in_details is not None
    assert (other.sign_in_details.login_id, other.sign_in_details.auth_flow_type) == ("alice", "USER_PASSWORD_AUTH")


def test_a_chosen_password_and_a_set_up_by_selection_survive(
    scripted: ScriptedCognito, session: Session, other: Session
) -> None:
    scripted.always("InitiateAuth", asks("SELECT_CHALLENGE", available=["PASSWORD", "EMAIL_OTP"]))
    scripted.on("RespondToAuthChallenge", asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]'))
    scripted.on("AssociateSoftwareToken", says(SecretCode="JBSWY3DPEHPK3PXP", Session="session-of-the-association"))
    scripted.on("VerifySoftwareToken", says(Status="SUCCESS", Session="session-of-the-verification"))
    scripted.on("RespondToAuthChallenge", signs_in())
    sign_in("alice", session=session, auth_flow_type="USER_AUTH")
    steps = []
    here, there = session, other
    for answer in ["PASSWORD", "Passw0rd!", "TOTP"]:
        steps.append(confirm_sign_in(answer, session=here).next_step)
        handed_over(here, there)
        here, there = there, here
        assert here.pending_sign_in is not None
        assert here.pending_sign_in.next_step == steps[-1]

    assert isinstance(steps[-1], ContinueSignInWithTotpSetup)
    assert confirm_sign_in("123456", session=here).is_signed_in
    assert scripted.of("VerifySoftwareToken")[0]["Session"] == "session-of-the-association"


def test_every_pending_step_was_handed_over() -> None:
    """The three that a choice of the user leads to are in the test above."""
    chosen = {"ConfirmSignInWithPassword", "ContinueSignInWithMfaSetupSelection", "ContinueSignInWithTotpSetup"}
    assert len(PENDING_STEPS) - len(chosen) == len(QUESTIONS) - 1  # two challenges ask for an SMS code


def test_a_password_is_never_exported(scripted: ScriptedCognito, session: Session, other: Session) -> None:
    scripted.always("InitiateAuth", asks("SMS_MFA"))
    sign_in("alice", "Passw0rd!-canary", session=session)
    sign_up_with_auto_sign_in(scripted, session)
    text = handed_over(session, other)

    assert "canary" not in text
    with pytest.raises(AuthValidationError) as caught:
        resend_sign_in_code(session=other)
    assert caught.value.name == "EmptySignInPassword"
    resend_sign_in_code("Passw0rd!-canary", session=other)
    assert scripted.of("InitiateAuth")[-1]["AuthParameters"]["PASSWORD"] == "Passw0rd!-canary"


def sign_up_with_auto_sign_in(scripted: ScriptedCognito, session: Session, **options: Any) -> None:
    scripted.always("SignUp", says(UserConfirmed=False, UserSub="sub-1", Session="session-of-the-sign-up"))
    sign_up(
        "alice", "Passw0rd!-canary", auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH", **options}, session=session
    )


def test_an_automatic_sign_in_is_completed_by_another_session(
    scripted: ScriptedCognito, session: Session, other: Session
) -> None:
    sign_up_with_auto_sign_in(scripted, session)
    handed_over(session, other)
    scripted.always("ConfirmSignUp", says(Session="session-of-the-confirmation"))
    scripted.always("InitiateAuth", signs_in())

    assert confirm_sign_up("alice", "123456", session=other).next_step.sign_up_step == "COMPLETE_AUTO_SIGN_IN"
    assert scripted.of("ConfirmSignUp")[0]["Session"] == "session-of-the-sign-up"
    with pytest.raises(AuthValidationError):
        auto_sign_in(session=other)
    assert auto_sign_in("Passw0rd!-canary", session=other).is_signed_in


def test_an_automatic_sign_in_is_given_up_at_the_same_moment_elsewhere(
    scripted: ScriptedCognito, session: Session, other: Session, clock: Callable[[float], None]
) -> None:
    sign_up_with_auto_sign_in(scripted, session, timeout=100)
    text = session.export_state()
    clock(60)
    other.restore_state(text)
    scripted.always("ConfirmSignUp", says())
    clock(39)
    assert confirm_sign_up("alice", "123456", session=other).next_step.sign_up_step == "COMPLETE_AUTO_SIGN_IN"
    other.restore_state(text)
    clock(2)
    assert confirm_sign_up("alice", "123456", session=other).next_step.sign_up_step == "DONE"


def test_a_signed_in_user_and_his_device_go_on_in_another_session(
    scripted: ScriptedCognito, session: Session, other: Session
) -> None:
    device = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "group"}
    scripted.always("InitiateAuth", signs_in(NewDeviceMetadata=device)).always("ConfirmDevice", says())
    sign_in("alice@example.com", "Passw0rd!", session=session)
    handed_over(session, other)

    assert other.tokens == session.tokens
    assert (other.username, other.user_id, other.sign_in_details) == (
        session.username,
        session.user_id,
        session.sign_in_details,
    )
    scripted.always("RevokeToken", says())
    sign_out(session=other)
    sign_in("alice@example.com", "Passw0rd!", session=other, auth_flow_type="USER_PASSWORD_AUTH")
    assert scripted.of("InitiateAuth")[-1]["AuthParameters"]["DEVICE_KEY"] == "us-east-1_device"


def test_the_password_of_a_device_proves_it_elsewhere(
    scripted: ScriptedCognito, session: Session, other: Session
) -> None:
    scripted.always("InitiateAuth", signs_in(NewDeviceMetadata={"DeviceKey": "us-east-1_d", "DeviceGroupKey": "g"}))
    scripted.always("ConfirmDevice", says()).always("RevokeToken", says())
    sign_in("alice", "Passw0rd!", session=session)
    kept = scripted.of("ConfirmDevice")[0]["DeviceSecretVerifierConfig"]
    handed_over(session, other)
    sign_out(session=other)
    scripted.always("InitiateAuth", asks("DEVICE_SRP_AUTH"))
    salt = base64.b64decode(kept["Salt"]).hex()
    server = Verifier("g", "us-east-1_d", json.loads(session.export_state())["devices"][0]["password"], salt, 2**64 + 1)
    assert base64.b64decode(kept["PasswordVerifier"]).lstrip(b"\0") == server.verifier.to_bytes(384, "big").lstrip(
        b"\0"
    )
    block = {name: server.parameters[name] for name in ("SALT", "SRP_B", "SECRET_BLOCK")}
    scripted.on("RespondToAuthChallenge", asks("DEVICE_PASSWORD_VERIFIER", **block), signs_in())

    assert sign_in("alice", "Passw0rd!", session=other, auth_flow_type="USER_PASSWORD_AUTH").is_signed_in
    first, second = (sent["ChallengeResponses"] for sent in scripted.of("RespondToAuthChallenge"))
    assert server.accepts(first["SRP_A"], second)


def test_an_empty_session_empties_another(scripted: ScriptedCognito, session: Session, other: Session) -> None:
    scripted.always("InitiateAuth", asks("SMS_MFA"))
    sign_in("alice", "Passw0rd!", session=session)
    handed_over(other, session)

    assert (session.pending_sign_in, session.is_signed_in) == (None, False)


# Texts that are refused


@pytest.fixture
def full(scripted: ScriptedCognito, new_session: Callable[..., Session]) -> tuple[Session, str]:
    """A session that has everything at once, and its text."""
    return make_full(scripted, new_session)


def make_full(scripted: ScriptedCognito, new_session: Callable[..., Session]) -> tuple[Session, str]:
    device = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "group"}
    scripted.always("InitiateAuth", signs_in(NewDeviceMetadata=device)).always("ConfirmDevice", says())
    session = new_session(auth_flow_type="USER_PASSWORD_AUTH")
    sign_in("alice", "Passw0rd!", session=session)
    signed_in = json.loads(session.export_state())
    pending = new_session(auth_flow_type="USER_SRP_AUTH")
    sign_up_with_auto_sign_in(scripted, pending, client_metadata={"k": "v"})
    scripted.always("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]'))
    scripted.always("AssociateSoftwareToken", says(SecretCode="JBSWY3DPEHPK3PXP", Session="session-of-the-association"))
    sign_in("bob", "Passw0rd!", session=pending, client_metadata={"k": "v"})
    confirm_sign_in("TOTP", session=pending)
    record = {**json.loads(pending.export_state()), **{name: signed_in[name] for name in ("signed_in", "devices")}}
    session.restore_state(json.dumps(record))
    scripted.clear()
    return session, session.export_state()


def refused(session: Session, text: Any) -> AuthValidationError:
    before = stable(session.export_state())
    with pytest.raises(AuthValidationError) as caught:
        session.restore_state(text)
    assert stable(session.export_state()) == before
    return caught.value


def stable(text: str) -> Any:
    """The text without what counts the seconds."""
    record = json.loads(text)
    if record["signed_in"]:
        del record["signed_in"]["tokens"]["exported_at"]
    for item in record["auto_sign_ins"]:
        item["deadline"] = round(item["deadline"])
    return record


@pytest.mark.parametrize(
    "text",
    [None, 5, b"{}", {}, [], "", " ", "{", "null", "[]", "5", '"x"', "{}", "[" * 99999],
    ids=lambda text: repr(text)[:9],
)
def test_what_is_no_state_is_refused(full: tuple[Session, str], text: Any) -> None:
    error = refused(full[0], text)

    assert error.name == "InvalidState"
    assert error.recovery_suggestion


def test_a_state_is_text(full: tuple[Session, str]) -> None:
    for other in (full[1].encode(), json.loads(full[1])):
        assert "must be a str" in refused(full[0], other).message


def test_a_truncated_text_is_refused_without_being_shown(full: tuple[Session, str]) -> None:
    session, text = full
    for length in range(0, len(text), 97):
        error: BaseException | None = refused(session, text[:length])
        while error is not None:
            shown = f"{error!r}{error.args}{vars(error)}{getattr(error, 'doc', '')}"
            assert "session-of" not in shown
            assert "JBSWY3DPEHPK3PXP" not in shown
            error = error.__cause__ or error.__context__


def test_the_text_of_another_client_is_refused(full: tuple[Session, str], new_session: Callable[..., Session]) -> None:
    for options in ({"user_pool_id": "us-east-1_Other"}, {"user_pool_client_id": "other"}):
        assert (
            "another user pool client"
            in refused(new_session(**{"auth_flow_type": "USER_SRP_AUTH", **options}), full[1]).message
        )


@pytest.mark.parametrize("version", [0, 2, "1", None, 1.5])
def test_the_text_of_another_version_is_refused(full: tuple[Session, str], version: Any) -> None:
    text = json.dumps({**json.loads(full[1]), "version": version})

    assert "another version" in refused(full[0], text).message


ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1e300,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x",
    "\ud800",
    "DONE",
    "MFA_SETUP",
    "2024-01-01T00:00:00",
    [],
    ["x"],
    [None],
    {},
    {"x": "y"},
    {"step": "Done"},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside ``value``."""
    yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def changed(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    twin = dict(record) if isinstance(record, dict) else list(record)
    twin[path[0]] = changed(record[path[0]], path[1:], value) if len(path) > 1 else value
    return twin


def removed(record: Any, path: tuple[Any, ...]) -> Any:
    twin = dict(record) if isinstance(record, dict) else list(record)
    if len(path) == 1:
        del twin[path[0]]
    else:
        twin[path[0]] = removed(record[path[0]], path[1:])
    return twin


def use_everything(session: Session) -> None:
    """All that touches the state; anything but a typed error is a failure."""
    str((session, session.tokens, session.username, session.user_id, session.sign_in_details, session.pending_sign_in))
    if session.tokens is not None:
        str((session.tokens.access_token_claims, session.tokens.id_token_claims, session.tokens.is_expired))
    calls: list[Callable[[], object]] = [
        lambda: confirm_sign_in("123456", session=session),
        lambda: resend_sign_in_code("Passw0rd!", session=session),
        lambda: confirm_sign_up("alice", "123456", session=session),
        lambda: auto_sign_in("Passw0rd!", session=session),
        lambda: sign_out(session=session),
        lambda: sign_in("alice", "Passw0rd!", session=session),
    ]
    for call in calls:
        session.export_state()
        try:
            call()
        except AuthError as error:
            str(error)


@pytest.fixture
def refusing(scripted: ScriptedCognito) -> None:
    """Whatever is sent is refused, so that the state decides alone what happens."""
    for operation in ["InitiateAuth", "RespondToAuthChallenge", "VerifySoftwareToken", "RevokeToken"]:
        scripted.always(operation, refuses("NotAuthorizedException"))
    scripted.always("ConfirmSignUp", says()).always("AssociateSoftwareToken", refuses("NotAuthorizedException"))


def test_every_single_change_is_refused_or_harmless(
    full: tuple[Session, str], new_session: Callable[..., Session], refusing: None
) -> None:
    """Each value of the record in turn is left out, or replaced by something odd."""
    record = json.loads(full[1])
    changes = [changed(record, path, value) for path in places(record) for value in ODD]
    changes += [removed(record, path) for path in places(record) if path]
    changes += [
        changed(record, path, {**item, "odd": 1})
        for path in places(record)
        if isinstance(item := at(record, path), dict)
    ]
    for twin in changes:
        session = new_session(auth_flow_type="USER_SRP_AUTH")
        before = session.export_state()
        try:
            session.restore_state(json.dumps(twin))
        except AuthValidationError:
            assert session.export_state() == before
        else:
            use_everything(session)


def at(record: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        record = record[key]
    return record


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changes_together_are_refused_or_harmless(
    data: st.DataObject, full: tuple[Session, str], new_session: Callable[..., Session], refusing: None
) -> None:
    record = json.loads(full[1])
    ways = list(places(record))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(ways))
        try:
            record = changed(record, path, data.draw(JSON))
        except (KeyError, IndexError, TypeError, ValueError):
            continue  # an earlier change took this place away
    session = new_session(auth_flow_type="USER_SRP_AUTH")
    try:
        session.restore_state(json.dumps(record))
    except AuthValidationError:
        return
    use_everything(session)


def test_tokens_that_are_no_jwt_are_refused(full: tuple[Session, str]) -> None:
    record = json.loads(full[1])
    for name in ("access_token", "id_token"):
        for value in ("x", "a.b", "a.b.c", jwt()[:-30].rpartition(".")[0]):
            refused(full[0], json.dumps(changed(record, ("signed_in", "tokens", name), value)))
