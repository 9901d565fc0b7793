"""The challenge ``PASSWORD_VERIFIER``: asked by several flows, answered with an SRP proof.

Never here: the arithmetic, or what follows a proof.
"""

from collections.abc import Mapping
from typing import Any

from amplify_auth.testing._core.accounts.users import find
from amplify_auth.testing._core.crypto import srp
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import SESSION_INVALID, not_authorized
from amplify_auth.testing._core.sign_in.progress import Progress, ask, claimed_device, parameter, progress_of
from amplify_auth.testing._core.sign_in.proof import begin_srp, guard_attempts, note_failure, note_success
from amplify_auth.testing._core.sign_in.sessions import check_session
from amplify_auth.testing._core.state.store import Session


def ask_proof(
    call: Call, progress: Progress, user: Any | None, name: str, public: str, *, with_session: bool
) -> dict[str, Any]:
    """Answer ``SRP_A``.

    Args:
        call: The request.
        progress: How far the sign-in has come.
        user: The user; None to simulate one called ``name``.
        name: The name given.
        public: ``SRP_A``.
        with_session: Whether the answer needs ``Session``. USER_SRP_AUTH has none, the secret block is all:
            recorded in https://github.com/floci-io/floci/issues/1305.
    """
    exchange = begin_srp(call, user, name, public)
    parameters = {
        "SALT": srp.salt_text(exchange.salt),
        "SECRET_BLOCK": exchange.secret_block,
        "SRP_B": f"{exchange.public:x}",
        "USERNAME": exchange.identity,
        "USER_ID_FOR_SRP": exchange.identity,
    }
    response = ask(
        call, progress, "PASSWORD_VERIFIER", parameters, exchange=exchange, name=name, with_session=with_session
    )
    session_id = response["Session"] if with_session else response.pop("Session")
    # The block is what the answer is found by.
    call.state.sessions[exchange.secret_block] = call.state.sessions[session_id]
    return response


def session_of_proof(call: Call, responses: Mapping[str, Any]) -> Session:
    """The exchange a proof answers, found by its secret block.

    Raises:
        CognitoError: ``NotAuthorizedException``: no such block, another user's, spent, too old, or the wrong
            ``Session`` where the flow has one.
    """
    session = call.state.sessions.get(parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK"))
    if session is None or "exchange" not in session.data:
        raise not_authorized()
    check_session(call, session, "PASSWORD_VERIFIER")
    if session.data["with_session"] and call.params.get("Session") != session.id:
        raise not_authorized(SESSION_INVALID)
    name = parameter(responses, "USERNAME")
    exchange: srp.Exchange = session.data["exchange"]
    if name not in (exchange.identity, session.username, session.data["name"]):
        user = find(call.pool, name)
        if user is None or user.username != session.username:
            raise not_authorized()
    return session


def answer(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the proof: signature, timestamp, device. Only success spends the block."""
    exchange: srp.Exchange = session.data["exchange"]
    timestamp = parameter(responses, "TIMESTAMP")
    signature = parameter(responses, "PASSWORD_CLAIM_SIGNATURE")
    user = call.pool.users.get(session.username)
    if user is None:
        raise not_authorized()
    guard_attempts(call, user)
    # An outdated timestamp is refused with a NotAuthorizedException, says the API reference; in these words, too,
    # is unverified.
    proven = srp.is_current(timestamp, call.now) and srp.proves(exchange, signature, timestamp)
    if not proven:
        note_failure(call, user)
        raise not_authorized()
    note_success(call, user)
    progress = claimed_device(call, progress_of(session), responses)
    result = {"challengeName": "PASSWORD_VERIFIER", "challengeResult": True}
    return progress.with_(factor="PASSWORD", rounds=(*progress.rounds, result))
