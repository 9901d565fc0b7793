"""Proofs of a password: in clear or by SRP, with the lock-out both share. Never here: what a proof leads to."""

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core.crypto import srp
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import invalid_parameter, not_authorized
from amplify_auth.testing._core.state.store import UserState, user_state

_FREE_FAILURES: Final = 5
_LONGEST_LOCK: Final = timedelta(minutes=15)


def prove_password(call: Call, user: Any, password: str) -> None:
    """Check a password sent in clear.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    guard_attempts(call, user)
    held = user.password
    if not held or not hmac.compare_digest(str(held).encode(), password.encode()):
        note_failure(call, user)
        raise not_authorized()
    note_success(call, user)


def guard_attempts(call: Call, user: Any) -> None:
    """Refuse an attempt during a lock-out: after n >= 5 failures 2^(n-5) seconds, 15 minutes at most.

    The developer guide's "Lockout behavior", quoted in https://github.com/aws-amplify/amplify-flutter/issues/2717

    Raises:
        CognitoError: ``NotAuthorizedException``; only when ``call.strict``.
    """
    state = user_state(call.pool, user)
    if not call.strict or state.last_failure is None:
        return
    since = call.now - state.last_failure
    if since >= _LONGEST_LOCK:
        state.failed_passwords = 0
    elif state.failed_passwords >= _FREE_FAILURES:
        exponent = min(state.failed_passwords - _FREE_FAILURES, 20)
        if since < min(timedelta(seconds=2**exponent), _LONGEST_LOCK):
            raise not_authorized("Password attempts exceeded")


def note_failure(call: Call, user: Any) -> None:
    """Count a wrong password."""
    state = user_state(call.pool, user)
    state.failed_passwords += 1
    state.last_failure = call.now


def note_success(call: Call, user: Any) -> None:
    """Forget the wrong passwords before a right one."""
    state = user_state(call.pool, user)
    state.failed_passwords, state.last_failure = 0, None


def pool_name(pool: Any) -> str:
    """The pool's part of the SRP identity."""
    return str(pool.id).split("_")[1]


def begin_srp(call: Call, user: Any | None, name: str, public_client: str) -> srp.Exchange:
    """Answer ``SRP_A`` for a user, or for ``name`` when there is none and the client must not tell.

    Raises:
        CognitoError: ``InvalidParameterException`` for an A that is no number or divides N. That A is refused so is
            recorded (https://github.com/amazon-archives/amazon-cognito-identity-js/issues/356), the words are not.
    """
    public = srp.parse_public(public_client)
    if public is None:
        raise invalid_parameter("Invalid SRP_A value")
    if user is None:
        return _simulated(call, name, public)
    state = user_state(call.pool, user)
    return srp.challenge(
        group=pool_name(call.pool),
        identity=user.username,
        salt=_salt(state),
        verifier=_verifier(call, user, state),
        public_client=public,
    )


def _salt(state: UserState) -> bytes:
    if not state.srp_salt:
        state.srp_salt = secrets.token_bytes(16)
    return state.srp_salt


def _verifier(call: Call, user: Any, state: UserState) -> int:
    # moto's admin operations may have changed the password since; a user without one proves nothing.
    password = str(user.password) if user.password else secrets.token_hex(32)
    mark = hashlib.sha256(_salt(state) + password.encode()).hexdigest()
    if state.srp_verifier is None or state.srp_verifier[0] != mark:
        value = srp.verifier(pool_name(call.pool), user.username, password, _salt(state))
        state.srp_verifier = (mark, value)
    return state.srp_verifier[1]


def _simulated(call: Call, name: str, public: int) -> srp.Exchange:
    digest = _simulation(call, name)
    return srp.challenge(
        group=pool_name(call.pool),
        identity=simulated_identity(call, name),
        salt=digest[:16],
        verifier=srp.verifier(pool_name(call.pool), name, digest.hex(), digest[:16]),
        public_client=public,
    )


def simulated_identity(call: Call, name: str) -> str:
    """The internal username a user who does not exist would have; always the same for the same name.

    A UUID, says https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html;
    true of pools whose users have UUIDs. Elsewhere it would give away what the setting hides, so the name is used.
    """
    if not call.pool.extended_config.get("UsernameAttributes"):
        return name
    return str(uuid.UUID(bytes=_simulation(call, name)[16:32], version=4))


def _simulation(call: Call, name: str) -> bytes:
    if not call.state.simulation_key:
        call.state.simulation_key = secrets.token_bytes(32)
    return hmac.digest(call.state.simulation_key, name.encode(), "sha256")
