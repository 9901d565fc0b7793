"""The proof of a password: in plain text, or by SRP in the challenge ``PASSWORD_VERIFIER``.

Never here: the arithmetic of SRP, or the step after the proof.
"""

import hashlib
import hmac
import secrets
import uuid

import attrs

from ..._moto import MotoPool, MotoUser
from ..accounts import check_not_locked, find, record_failure, record_success, required_user
from ..crypto import srp
from ..request import SESSION_INVALID, Call, Members, Response, invalid_parameter, not_authorized
from ..state import Progress, Session, UserState, user_state
from .progress import Step, ask, data_of, parameter, progress_of, with_device, with_success
from .sessions import check_session


@attrs.frozen(kw_only=True)
class ProofAsked:
    """What a ``PASSWORD_VERIFIER`` session keeps.

    Args:
        exchange: The SRP challenge.
        name: The name in the request.
        with_session: True if the answer needs ``Session``.
    """

    exchange: srp.Exchange
    name: str
    with_session: bool


def start_password(call: Call, progress: Progress, user: MotoUser | None, name: str, values: Members) -> Step:
    """Start the flow ``USER_PASSWORD_AUTH``."""
    if user is None:
        user = required_user(call, name)
    prove_password(call, user, parameter(values, "PASSWORD"))
    return with_device(call, attrs.evolve(progress, factor="PASSWORD"), values)


def start_srp(call: Call, progress: Progress, user: MotoUser | None, name: str, values: Members) -> Step:
    """Start the flow ``USER_SRP_AUTH``."""
    return ask_proof(call, progress, user, name, parameter(values, "SRP_A"), with_session=False)


def prove_password(call: Call, user: MotoUser, password: str) -> None:
    """Check a password in plain text.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    check_not_locked(call, user)
    right = user.password
    if not right or not hmac.compare_digest(str(right).encode(), password.encode()):
        record_failure(call, user)
        raise not_authorized()
    record_success(call, user)


def ask_proof(
    call: Call, progress: Progress, user: MotoUser | None, name: str, public: str, *, with_session: bool
) -> Response:
    """Answer ``SRP_A``.

    Args:
        call: The request.
        progress: The proofs so far.
        user: The user; None to simulate a user with this name.
        name: The name in the request.
        public: ``SRP_A``.
        with_session: True if the answer needs ``Session``. In USER_SRP_AUTH the secret block is enough: recorded in
            https://github.com/floci-io/floci/issues/1305.
    """
    exchange = _exchange(call, user, name, public)
    parameters = {
        "SALT": srp.salt_text(exchange.salt),
        "SECRET_BLOCK": exchange.secret_block,
        "SRP_B": f"{exchange.public:x}",
        "USERNAME": exchange.identity,
        "USER_ID_FOR_SRP": exchange.identity,
    }
    data = ProofAsked(exchange=exchange, name=name, with_session=with_session)
    response = ask(call, progress, "PASSWORD_VERIFIER", parameters, data=data)
    session_id = str(response["Session"] if with_session else response.pop("Session"))
    # The session of the answer is found by the secret block.
    call.state.sessions[exchange.secret_block] = call.state.sessions[session_id]
    return response


def session_of_proof(call: Call, responses: Members) -> Session:
    """The session of a proof, found by its secret block.

    Raises:
        CognitoError: ``NotAuthorizedException``: the block is unknown, used, expired or of another user, or a
            necessary ``Session`` is wrong.
    """
    session = call.state.sessions.get(parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK"))
    if session is None or not isinstance(session.data, ProofAsked):
        raise not_authorized()
    check_session(call, session, "PASSWORD_VERIFIER")
    if session.data.with_session and call.params.get("Session") != session.id:
        raise not_authorized(SESSION_INVALID)
    name = parameter(responses, "USERNAME")
    if name not in (session.data.exchange.identity, session.username, session.data.name):
        user = find(call.pool, name)
        if user is None or user.username != session.username:
            raise not_authorized()
    return session


def answer(call: Call, session: Session, responses: Members) -> Progress:
    """Check the proof: signature, timestamp, device. Only success uses up the secret block."""
    exchange = data_of(session, ProofAsked).exchange
    timestamp = parameter(responses, "TIMESTAMP")
    signature = parameter(responses, "PASSWORD_CLAIM_SIGNATURE")
    user = call.pool.users.get(session.username)
    if user is None:
        raise not_authorized()
    check_not_locked(call, user)
    # The API reference says that an outdated timestamp is refused with a NotAuthorizedException; that it has these
    # words is unverified.
    if not (srp.is_current(timestamp, call.now) and srp.proves(exchange, signature, timestamp)):
        record_failure(call, user)
        raise not_authorized()
    record_success(call, user)
    progress = with_device(call, progress_of(session), responses)
    return attrs.evolve(with_success(progress, "PASSWORD_VERIFIER"), factor="PASSWORD")


def simulated_identity(call: Call, name: str) -> str:
    """The internal username of a user who does not exist; the same for the same name.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html says that it is a
    UUID. A UUID hides the user only if the usernames of the pool are UUIDs. In other pools the result is the name.
    """
    if not call.pool.extended_config.get("UsernameAttributes"):
        return name
    return str(uuid.UUID(bytes=_simulation(call, name)[16:32], version=4))


def _exchange(call: Call, user: MotoUser | None, name: str, public_client: str) -> srp.Exchange:
    public = srp.parse_public(public_client)
    if public is None:
        # That it is refused: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/356; the words are
        # unverified.
        raise invalid_parameter("Invalid SRP_A value")
    if user is None:
        return _simulated(call, name, public)
    state = user_state(call.pool, user)
    return srp.challenge(
        group=_pool_name(call.pool),
        identity=user.username,
        salt=_salt(state),
        verifier=_verifier(call, user, state),
        public_client=public,
    )


def _pool_name(pool: MotoPool) -> str:
    return str(pool.id).split("_")[1]


def _salt(state: UserState) -> bytes:
    if not state.srp_salt:
        state.srp_salt = secrets.token_bytes(16)
    return state.srp_salt


def _verifier(call: Call, user: MotoUser, state: UserState) -> int:
    # An administrator's operation may have changed the password. A user without a password gets a random one.
    password = str(user.password) if user.password else secrets.token_hex(32)
    mark = hashlib.sha256(_salt(state) + password.encode()).hexdigest()
    if state.srp_verifier is None or state.srp_verifier[0] != mark:
        value = srp.verifier(_pool_name(call.pool), user.username, password, _salt(state))
        state.srp_verifier = (mark, value)
    return state.srp_verifier[1]


def _simulated(call: Call, name: str, public: int) -> srp.Exchange:
    digest = _simulation(call, name)
    return srp.challenge(
        group=_pool_name(call.pool),
        identity=simulated_identity(call, name),
        salt=digest[:16],
        verifier=srp.verifier(_pool_name(call.pool), name, digest.hex(), digest[:16]),
        public_client=public,
    )


def _simulation(call: Call, name: str) -> bytes:
    if not call.state.simulation_key:
        call.state.simulation_key = secrets.token_bytes(32)
    return hmac.digest(call.state.simulation_key, name.encode(), "sha256")
