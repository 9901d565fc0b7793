"""Whatever a service answers, every operation ends in an output or a typed error, and the state stays whole."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import amplify_auth as auth
from amplify_auth import AuthError, Session, SignOutOutput, errors
from amplify_auth._values.config import AUTH_FLOWS, FIRST_FACTORS
from amplify_auth._values.steps import PENDING_STEPS
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, asks, jwt, says, signs_in, tokens
from tests.support.srp_verifier import Verifier

OPERATIONS = ["SignUp", "ConfirmSignUp", "ResendConfirmationCode", "InitiateAuth", "RespondToAuthChallenge"]
OPERATIONS += ["AssociateSoftwareToken", "VerifySoftwareToken", "ConfirmDevice", "RevokeToken", "GlobalSignOut"]
SERVER = Verifier("Unit", "alice", "Passw0rd!", "0a" * 16, 2**64 + 9)
SRP = {**SERVER.parameters, "USERNAME": "alice"}


class Authenticator:
    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"id": "credential", "echo": options["challenge"]}

    create = get


# Answers

ODD_TEXT = st.sampled_from(
    ["", "x", "0", "\ud800", "\x00", "[", "[]", "{}", "null", "NaN", '["SMS_MFA", 5]', "[" * 5000]
)
TEXT = ODD_TEXT | st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([10**400, -1]) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
CHALLENGES = [
    *["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP", "PASSWORD_VERIFIER"],
    *["CUSTOM_CHALLENGE", "SELECT_CHALLENGE", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH"],
    *["NEW_PASSWORD_REQUIRED", "SMS_OTP", "PASSWORD", "WEB_AUTHN", "PASSWORD_SRP", "TELEPATHY"],
]
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "USERNAME": st.just("alice") | TEXT | JSON,
        "USER_ID_FOR_SRP": st.just("alice") | TEXT | JSON,
        "SRP_B": st.just(SRP["SRP_B"]) | TEXT | JSON,
        "SALT": st.just(SRP["SALT"]) | TEXT | JSON,
        "SECRET_BLOCK": st.just(SRP["SECRET_BLOCK"]) | TEXT | JSON,
        "MFAS_CAN_SETUP": st.sampled_from(['["SOFTWARE_TOKEN_MFA"]', '["EMAIL_OTP"]', '["SMS_MFA"]', "[5]"])
        | TEXT
        | JSON,
        "MFAS_CAN_CHOOSE": st.sampled_from(['["SOFTWARE_TOKEN_MFA", "SMS_MFA"]', '["TELEPATHY"]', "[[]]"])
        | TEXT
        | JSON,
        "requiredAttributes": st.sampled_from(['["userAttributes.email"]', '["email"]', "[{}]"]) | TEXT | JSON,
        "CREDENTIAL_REQUEST_OPTIONS": st.sampled_from(['{"challenge": "AAAA"}', '{"challenge": 5}']) | TEXT | JSON,
        "CODE_DELIVERY_DESTINATION": TEXT | JSON,
        "CODE_DELIVERY_DELIVERY_MEDIUM": TEXT | JSON,
        "FRIENDLY_DEVICE_NAME": TEXT | JSON,
    },
)
CLAIMS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("username", "sub", "exp", "iat", "origin_jti", "cognito:username"), JSON)
)
TOKEN = (
    st.builds(lambda claims: jwt(**claims), CLAIMS) | st.sampled_from(["a.b.c", "a.e30.\u00e4", "..", "a.W10.c"]) | TEXT
)
TOKEN |= st.just("a.W1tbW1s" + "W1tbW1tb" * 20_000 + ".c") | JSON
DEVICE = st.fixed_dictionaries(
    {}, optional={name: st.just("us-east-1_d") | TEXT | JSON for name in ("DeviceKey", "DeviceGroupKey")}
)
RESULT = st.fixed_dictionaries(
    {},
    optional={
        "AccessToken": TOKEN,
        "IdToken": TOKEN,
        "RefreshToken": TEXT | JSON,
        "TokenType": TEXT | JSON,
        "ExpiresIn": st.just(3600) | JSON,
        "NewDeviceMetadata": DEVICE | JSON,
    },
)
DELIVERY = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("Destination", "DeliveryMedium", "AttributeName"), TEXT | JSON)
)
#: The members of all answers, so that one strategy serves every operation.
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "ChallengeName": st.sampled_from(CHALLENGES) | TEXT | JSON,
        "Session": st.just("session-of-some-question") | TEXT | JSON,
        "ChallengeParameters": PARAMETERS | JSON,
        "AuthenticationResult": RESULT | JSON,
        "AvailableChallenges": st.lists(st.sampled_from(FIRST_FACTORS)) | JSON,
        "CodeDeliveryDetails": DELIVERY | JSON,
        "UserConfirmed": st.booleans() | JSON,
        "UserSub": TEXT | JSON,
        "SecretCode": st.just("JBSWY3DPEHPK3PXP") | TEXT | JSON,
        "Status": st.sampled_from(["SUCCESS", "ERROR"]) | TEXT | JSON,
        "UserConfirmationNecessary": JSON,
    },
)


def cut(text: bytes, share: float) -> bytes:
    return text[: int(len(text) * share)]


BODY = st.one_of(
    MEMBERS.map(json.dumps).map(str.encode),
    MEMBERS.map(json.dumps).map(str.encode),
    st.builds(cut, MEMBERS.map(json.dumps).map(str.encode), st.floats(0, 1)),
    JSON.map(json.dumps).map(str.encode),
    st.binary(max_size=20),
)
STATUS = st.sampled_from([200, 200, 200, 200, 200, 200, 201, 204, 301, 307, 400, 404, 429, 500, 503])
ANSWER = st.builds(lambda body, status: Answer(body=b"" if status == 204 else body, status=status), BODY, STATUS)


# Situations


@attrs.frozen
class Situation:
    """How far a session has come, and the call whose requests get odd answers."""

    before: tuple[tuple[str, Answer], ...]
    prepare: Callable[[Session], object]
    act: Callable[[Session], object]


def nothing(session: Session) -> None:
    """Nothing has happened yet."""


def pending(name: str, answer: str, available: list[str] | None = None, **parameters: str) -> Situation:
    """A question that is about to be answered."""
    return Situation(
        (("InitiateAuth", asks(name, available=available, **parameters)),),
        lambda session: auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=session),
        lambda session: auth.confirm_sign_in(answer, user_attributes={"email": "a@b"}, session=session),
    )


def totp_setup(*more: tuple[str, Answer], prepare: int, answer: str) -> Situation:
    steps = [
        lambda session: auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=session),
        lambda session: auth.confirm_sign_in("TOTP", session=session),
    ]
    asked = asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]')
    return Situation(
        (("InitiateAuth", asked), *more),
        lambda session: [step(session) for step in steps[:prepare]],
        lambda session: auth.confirm_sign_in(answer, session=session),
    )


def signed_in(act: Callable[[Session], object]) -> Situation:
    return Situation(
        (("InitiateAuth", signs_in()),),
        lambda session: auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=session),
        act,
    )


def first(flow: str, preferred: str | None = None) -> Situation:
    password = None if flow == "CUSTOM_WITHOUT_SRP" else "Passw0rd!"

    def act(session: Session) -> object:
        return auth.sign_in("alice", password, auth_flow_type=flow, preferred_challenge=preferred, session=session)

    return Situation((), nothing, act)


def waiting_for_its_code(session: Session) -> None:
    auth.sign_up("alice", "Passw0rd!", auto_sign_in={"auth_flow_type": "USER_AUTH"}, session=session)


def confirm(session: Session) -> object:
    return auth.confirm_sign_up("alice", "123456", session=session)


def confirmed(session: Session) -> None:
    waiting_for_its_code(session)
    confirm(session)


ASSOCIATED = ("AssociateSoftwareToken", says(SecretCode="JBSWY3DPEHPK3PXP", Session="session-of-the-association"))
SIGNED_UP = ("SignUp", says(UserConfirmed=False, UserSub="sub-1", Session="session-of-the-sign-up"))
CONFIRMED = ("ConfirmSignUp", says(Session="session-of-the-confirmation"))

SITUATIONS: dict[str, Situation] = {
    "sign_up": Situation((), nothing, lambda session: auth.sign_up("alice", "Passw0rd!", session=session)),
    "sign_up with auto_sign_in": Situation((), nothing, waiting_for_its_code),
    "confirm_sign_up": Situation(
        (SIGNED_UP,), waiting_for_its_code, lambda s: auth.confirm_sign_up("alice", "1", session=s)
    ),
    "resend_sign_up_code": Situation((), nothing, lambda session: auth.resend_sign_up_code("alice", session=session)),
    "auto_sign_in": Situation((SIGNED_UP, CONFIRMED), confirmed, lambda session: auth.auto_sign_in(session=session)),
    **{flow: first(flow) for flow in AUTH_FLOWS},
    **{f"USER_AUTH, {factor}": first("USER_AUTH", factor) for factor in FIRST_FACTORS},
    "PASSWORD_VERIFIER": Situation(
        (("InitiateAuth", asks("PASSWORD_VERIFIER", **SRP)),), nothing, first("USER_SRP_AUTH").act
    ),
    "WEB_AUTHN": Situation(
        (("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS='{"challenge": "AAAA"}')),),
        nothing,
        first("USER_AUTH", "WEB_AUTHN").act,
    ),
    "SMS_MFA": pending("SMS_MFA", "123456"),
    "SOFTWARE_TOKEN_MFA": pending("SOFTWARE_TOKEN_MFA", "123456"),
    "CUSTOM_CHALLENGE": pending("CUSTOM_CHALLENGE", "42"),
    "NEW_PASSWORD_REQUIRED": pending("NEW_PASSWORD_REQUIRED", "N3w-password"),
    "SELECT_MFA_TYPE": pending("SELECT_MFA_TYPE", "TOTP"),
    "SELECT_CHALLENGE": pending("SELECT_CHALLENGE", "EMAIL_OTP", ["EMAIL_OTP"]),
    "PASSWORD": pending("PASSWORD", "Passw0rd!"),
    "PASSWORD_SRP": pending("PASSWORD_SRP", "Passw0rd!"),
    "MFA_SETUP of e-mail": pending("MFA_SETUP", "a@b", MFAS_CAN_SETUP='["EMAIL_OTP"]'),
    "AssociateSoftwareToken": totp_setup(prepare=1, answer="TOTP"),
    "VerifySoftwareToken": totp_setup(ASSOCIATED, prepare=2, answer="123456"),
    "resend_sign_in_code": attrs.evolve(
        pending("SMS_MFA", ""), act=lambda session: auth.resend_sign_in_code(session=session)
    ),
    "a new device": Situation(
        (("InitiateAuth", signs_in(NewDeviceMetadata={"DeviceKey": "us-east-1_d", "DeviceGroupKey": "g"})),),
        nothing,
        first("USER_PASSWORD_AUTH").act,
    ),
    "sign_out": signed_in(lambda session: auth.sign_out(session=session)),
    "sign_out everywhere": signed_in(lambda session: auth.sign_out(global_sign_out=True, session=session)),
}


def odd(answers: list[Answer], seen: list[Answer]) -> Callable[[Request], Answer]:
    """Gives one answer after the other, the last for ever."""
    left: Iterator[Answer] = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(request: Request) -> Answer:
        seen.append(next(left))
        return seen[-1]

    return answer


@pytest.mark.slow
@pytest.mark.parametrize("name", SITUATIONS)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(answers=st.lists(ANSWER, min_size=1, max_size=3))
def test_every_answer_ends_in_an_output_or_a_typed_error(
    scripted: ScriptedCognito,
    new_session: Callable[..., Session],
    slept: list[float],
    name: str,
    answers: list[Answer],
) -> None:
    situation, seen = SITUATIONS[name], list[Answer]()
    scripted.clear()
    session = new_session(passkey=Authenticator(), auth_flow_type="USER_SRP_AUTH")
    for operation, answer in situation.before:
        scripted.on(operation, answer)
    situation.prepare(session)
    for operation in OPERATIONS:
        scripted.always(operation, odd(answers, seen))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.DeviceRegistrationWarning)
        try:
            output = situation.act(session)
        except AuthError as error:
            output = None
            assert_told_truly(error, seen)
        except BaseException as error:
            error.add_note(repr([(answer.status, answer.body) for answer in seen])[:2000])
            raise

    assert_whole(session, output)


def assert_told_truly(error: AuthError, seen: list[Answer]) -> None:
    """Of the service speaks only who has heard of it."""
    assert error.name
    assert error.message
    assert str(error)
    if all(answer.status < 300 for answer in seen):
        assert not isinstance(error, errors.AuthServiceError) or error.name == "EnableSoftwareTokenMFAException"
        assert not isinstance(error, errors.AuthValidationError | errors.AuthNetworkError)


def assert_whole(session: Session, output: Any) -> None:
    """What the session says of itself agrees with what the call returned, and can be carried to another."""
    pending, is_signed_in = session.pending_sign_in, session.is_signed_in
    assert repr((output, session, session.config, session.tokens, pending, session.sign_in_details))
    assert is_signed_in == (session.tokens is not None) == (session.username is not None)
    assert not (is_signed_in and pending)
    if isinstance(output, auth.SignInOutput):
        assert output.is_signed_in == is_signed_in
        assert isinstance(output.next_step, PENDING_STEPS) == (pending is not None)
        assert pending is None or pending.next_step == output.next_step
    if isinstance(output, SignOutOutput):
        assert not is_signed_in
        assert output.is_complete == (output.global_sign_out_error is None and output.revoke_token_error is None)
    if session.tokens is not None:
        assert isinstance(session.username, str)
        assert isinstance(session.user_id, str)
        dict(session.tokens.access_token_claims), dict(session.tokens.id_token_claims)
    twin = Session.from_config(session.config)
    twin.restore_state(session.export_state())
    assert (twin.is_signed_in, twin.pending_sign_in is None) == (is_signed_in, pending is None)


# Single oddities that a random search may miss


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ChallengeName": "TELEPATHY", "Session": "session-of-some-question"},
        {"ChallengeName": "ADMIN_NO_SRP_AUTH"},
        {"ChallengeName": ""},
        {"ChallengeName": 5},
        {"ChallengeName": "SMS_MFA", "Session": 5},
        {"ChallengeName": "SMS_MFA", "Session": "\ud800" * 20},
        {"ChallengeName": "SMS_MFA", "ChallengeParameters": {"USERNAME": "\ud800"}},
        {"ChallengeName": "SMS_MFA", "ChallengeParameters": {"USERNAME": 5}},
        {"ChallengeName": "SMS_MFA", "ChallengeParameters": [["USERNAME", "alice"]]},
        {"ChallengeName": "SELECT_MFA_TYPE", "ChallengeParameters": {"MFAS_CAN_CHOOSE": "SMS_MFA"}},
        {"ChallengeName": "SELECT_MFA_TYPE", "ChallengeParameters": {"MFAS_CAN_CHOOSE": "[" * 50_000}},
        {"ChallengeName": "MFA_SETUP"},
        {"ChallengeName": "MFA_SETUP", "ChallengeParameters": {"MFAS_CAN_SETUP": '["RETINA_SCAN"]'}},
        {"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeParameters": {"requiredAttributes": "{}"}},
        {"ChallengeName": "WEB_AUTHN"},
        {"ChallengeName": "WEB_AUTHN", "ChallengeParameters": {"CREDENTIAL_REQUEST_OPTIONS": "[" * 50_000}},
        {"ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": [5]},
        {"AuthenticationResult": {}},
        {"AuthenticationResult": []},
        {"AuthenticationResult": {"IdToken": jwt()}},
        {"AuthenticationResult": tokens(AccessToken="not.a-jwt")},
        {"AuthenticationResult": tokens(IdToken="not.a-jwt")},
        {"AuthenticationResult": tokens(AccessToken=jwt(username=5))},
        {"AuthenticationResult": tokens(AccessToken=jwt(username="\ud800"))},
        {"AuthenticationResult": tokens(AccessToken=jwt(sub=["x"]))},
        {"AuthenticationResult": tokens(AccessToken=jwt() + "\u00e4")},
        {"AuthenticationResult": tokens(RefreshToken="\ud800")},
        {"AuthenticationResult": tokens(RefreshToken=5)},
        {"AuthenticationResult": tokens(ExpiresIn="3600")},
        {"AuthenticationResult": tokens(ExpiresIn=-1)},
        {"AuthenticationResult": tokens(ExpiresIn=True)},
        {"AuthenticationResult": tokens(ExpiresIn=float("nan"))},
        {"AuthenticationResult": tokens(ExpiresIn=10**400)},
    ],
    ids=lambda answer: json.dumps(answer)[:60],
)
def test_an_answer_to_sign_in_that_cannot_be_right_is_a_protocol_error(
    scripted: ScriptedCognito, session: Session, answer: dict[str, Any]
) -> None:
    scripted.always("InitiateAuth", Answer(body=json.dumps(answer).encode()))
    with pytest.raises(errors.AuthProtocolError):
        auth.sign_in("alice", "Passw0rd!", session=session)

    assert scripted.operations == ["InitiateAuth"]
    assert_whole(session, None)
    assert (session.is_signed_in, session.pending_sign_in) == (False, None)


@pytest.mark.parametrize(
    "odd", [10**400, float("nan"), float("inf"), -1, "soon", None, [], True], ids=lambda v: repr(v)[:9]
)
@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_tokens_with_odd_times_are_good_as_long_as_the_answer_says(
    scripted: ScriptedCognito, session: Session, claim: str, odd: Any
) -> None:
    access, identity = jwt(**{"iat": 1, "exp": 2, claim: odd}), jwt(**{"iat": 1, "exp": 2, claim: odd})
    scripted.always("InitiateAuth", signs_in(AccessToken=access, IdToken=identity))
    auth.sign_in("alice", "Passw0rd!", session=session)

    assert session.tokens is not None
    assert not session.tokens.is_expired


@pytest.mark.parametrize(
    "metadata", [{}, {"DeviceKey": "k"}, {"DeviceGroupKey": "g"}, {"DeviceKey": "", "DeviceGroupKey": "g"}], ids=str
)
def test_a_device_without_keys_is_told_and_not_registered(
    scripted: ScriptedCognito, session: Session, metadata: dict[str, str]
) -> None:
    scripted.always("InitiateAuth", signs_in(NewDeviceMetadata=metadata))
    if metadata:
        with pytest.warns(errors.DeviceRegistrationWarning):
            auth.sign_in("alice", "Passw0rd!", session=session)
    else:
        auth.sign_in("alice", "Passw0rd!", session=session)

    assert session.is_signed_in
    assert scripted.operations == ["InitiateAuth"]


def test_an_empty_answer_is_called_so(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", says())

    with pytest.raises(errors.AuthProtocolError, match="neither tokens nor a challenge"):
        auth.sign_in("alice", "Passw0rd!", session=session)


def test_an_unknown_challenge_is_named(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("TELEPATHY"))

    with pytest.raises(errors.AuthProtocolError, match="TELEPATHY"):
        auth.sign_in("alice", "Passw0rd!", session=session)


@pytest.mark.parametrize("missing", ["USER_ID_FOR_SRP", "SRP_B", "SALT", "SECRET_BLOCK"])
def test_a_missing_srp_parameter_is_named(scripted: ScriptedCognito, session: Session, missing: str) -> None:
    parameters = {name: value for name, value in SERVER.parameters.items() if name != missing}
    scripted.always("InitiateAuth", asks("PASSWORD_VERIFIER", **parameters))

    with pytest.raises(errors.AuthProtocolError, match=missing):
        auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_SRP_AUTH", session=session)


@pytest.mark.parametrize("confirmed", [None, "yes", 1, "\ud800"], ids=repr)
def test_a_sign_up_that_does_not_say_whether_it_is_confirmed_is_a_protocol_error(
    scripted: ScriptedCognito, session: Session, confirmed: object
) -> None:
    scripted.always("SignUp", Answer(body=json.dumps({"UserConfirmed": confirmed, "UserSub": "x"}).encode()))

    with pytest.raises(errors.AuthProtocolError):
        auth.sign_up("alice", "Passw0rd!", session=session)


@pytest.mark.parametrize("empty", [None, ""])
def test_a_question_without_session_is_answered_without(
    scripted: ScriptedCognito, session: Session, empty: str | None
) -> None:
    scripted.always("InitiateAuth", asks("SMS_MFA", empty)).always("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    auth.confirm_sign_in("123456", session=session)

    assert "Session" not in scripted.of("RespondToAuthChallenge")[0]


def test_an_accepted_answer_whose_reply_cannot_be_right_is_spent(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("SMS_MFA")).always("RespondToAuthChallenge", asks("TELEPATHY"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    with pytest.raises(errors.AuthProtocolError):
        auth.confirm_sign_in("123456", session=session)

    assert session.pending_sign_in is None


@pytest.mark.parametrize("start", ["sign_in", "confirm_sign_in"])
def test_an_accepted_passkey_whose_reply_cannot_be_right_is_spent(
    scripted: ScriptedCognito, new_session: Callable[..., Session], start: str
) -> None:
    session = new_session(passkey=Authenticator(), auth_flow_type="USER_AUTH")
    asked = asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS='{"challenge": "AAAA"}')
    if start == "sign_in":
        scripted.on("InitiateAuth", asked).on("RespondToAuthChallenge", asks("TELEPATHY"))
        with pytest.raises(errors.AuthProtocolError):
            auth.sign_in("alice", session=session)
    else:
        scripted.on("InitiateAuth", asks("SELECT_CHALLENGE", available=["WEB_AUTHN"]))
        scripted.on("RespondToAuthChallenge", asked, asks("TELEPATHY"))
        auth.sign_in("alice", session=session)
        with pytest.raises(errors.AuthProtocolError):
            auth.confirm_sign_in("WEB_AUTHN", session=session)

    assert session.pending_sign_in is None
