"""`delete_user`: Cognito deletes the account, and then this session forgets the user.

If the answer to the deletion is lost, the state remembers that. Only then does a later "there is no such user" mean
that the user was deleted here.
"""

from __future__ import annotations

import re
from typing import Final

from .._cognito import says_outcome_is_unknown
from .._events import AuthEvent
from .._public_call import public
from .._session import Session, State
from .._values import SignedIn
from ..errors import (
    AccessTokenRevoked,
    AuthError,
    NotAuthorizedException,
    SessionEnded,
    UserNotFoundException,
)
from .as_user import UserRequests, as_user
from .configure import state_of

#: What Cognito says of a refresh token that it does not know any more. Not of one that has expired.
_REFUSED_RENEWAL: Final = re.compile(r"refresh token(?!.*expired)", re.IGNORECASE)


@public
def delete_user(*, session: Session | None = None) -> None:
    """Delete the account of the signed-in user, for good. Then this session forgets the user, as after `sign_out`.

    The session and its storage also forget the keys of this user's device. Listeners hear ``user_deleted``, and then
    ``signed_out``. If Cognito refuses, nothing changes. If its answer is lost, the user stays signed in here. Call
    again then: if Cognito says that there is no such user any more, the user was deleted, and the call succeeds.

    The user's tokens stay good until they expire, for services that do not ask Cognito about them. A user of an
    identity provider gets a new account at the next sign-in there.

    Args:
        session: The session; default: the default session.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused; the user is still signed in. Of two threads that call it at once, one may get
            `UserNotFoundException`.
        AuthNetworkError: There was no answer; the user is still signed in.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthError: The user is deleted, and the session's storage still holds the tokens.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``DeleteUser``.
    """
    state = state_of(session)
    lost = state.lost_deletion
    user = None if lost is None else _delete_again(state, lost)
    _forget(state, user or _delete(as_user(session)))


def _delete_again(state: State, lost: SignedIn) -> SignedIn | None:
    """The user who is deleted now or was before; None if the session has ended for another reason.

    ``reauthenticate`` is not called before that is known. If the user is deleted, its sign-in is refused and counted,
    or a trigger of the pool that migrates users makes the account again.
    """
    try:
        return _delete(UserRequests(state, signs_in=False))
    except (SessionEnded, UserNotFoundException) as error:
        if state.lost_deletion is lost and _says_that_user_is_gone(error):
            return lost
        if isinstance(error, SessionEnded):
            return None
        raise


def _delete(requests: UserRequests) -> SignedIn:
    try:
        requests.call("DeleteUser")
    except AuthError as error:
        state, user = requests.state, requests.user
        with state.lock:
            if says_outcome_is_unknown(error) and _is_here(state, user):
                state.lost_deletion = user
        raise
    return requests.user


def _is_here(state: State, user: SignedIn) -> bool:
    """True if this user is signed in, or was until the session ended by itself."""
    current = state.user.value
    return state.user.is_over if current is None else current.user_id == user.user_id


def _says_that_user_is_gone(error: BaseException | None) -> bool:
    """True if Cognito refused a token, or its renewal, as that of a user who does not exist.

    A token that has expired proves nothing, and nothing was refused because of a user who is there but disabled.
    """
    while error is not None:
        if isinstance(error, UserNotFoundException | AccessTokenRevoked):
            return True
        if isinstance(error, NotAuthorizedException) and _REFUSED_RENEWAL.search(error.message):
            return True
        error = error.__cause__
    return False


def _forget(state: State, user: SignedIn) -> None:
    """Forget the user here, unless another one has signed in since, and the user's device here and in the storage."""
    for device in state.devices.all():
        if device.username == user.username:
            state.devices.forget(device.key)
    with state.lock:
        is_here = _is_here(state, user)
        if is_here:
            state.clear()
    trouble: AuthError | None = None
    try:
        state.store.forget()
        state.store.forget_devices(user.username)
    except AuthError as error:
        trouble = error
    state.listeners.dispatch(AuthEvent(name="user_deleted", username=user.username))
    if is_here:
        state.listeners.dispatch(AuthEvent(name="signed_out", username=user.username))
    if trouble is not None:
        raise trouble.evolve(f"The user is deleted, but the storage may still hold the tokens. {trouble.message}")
