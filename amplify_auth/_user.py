"""The signed-in user with tokens that are good to use, for all that acts as the user. Renews; sends nothing."""

from __future__ import annotations

from typing import Literal

from . import _arguments as arguments
from ._errors import AuthStateError, UserUnAuthenticatedException
from ._http_auth import TokenSource
from ._pending import SignedIn
from ._state import State


def require_user(state: State) -> SignedIn:
    """The user, with fresh tokens of the user pool; a broken identity pool does not matter here.

    Raises:
        UserUnAuthenticatedException: Nobody is signed in; `SessionEnded` if somebody was.
        AuthError: The tokens are dead and could not be renewed.
    """
    return _present(state.user.get())


def _present(signed_in: SignedIn | None) -> SignedIn:
    if signed_in is None:
        raise UserUnAuthenticatedException("User needs to be authenticated to call this API.")
    return signed_in


def bearer_source(state: State, token_use: Literal["access", "id"]) -> TokenSource:
    """Gives the token for a request; given one that was refused, another: renewed once for all who were refused."""
    use = arguments.required(token_use, "token_use", "InvalidArgument", "token_use is required.")
    arguments.one_of(use, "token_use", ("access", "id"))

    def token_of(signed_in: SignedIn) -> str:
        token = signed_in.tokens.access_token if use == "access" else signed_in.tokens.id_token
        if token is None:
            raise AuthStateError(
                "The session has no ID token.",
                name="InvalidIdTokenException",
                recovery_suggestion="Let the app client issue ID tokens (the openid scope), or use the access token.",
            )
        return token

    def source(refused: str | None) -> str:
        held = state.user.value
        if refused is not None and held is not None and token_of(held) == refused:
            return token_of(_present(state.user.get_other_than(held)))
        return token_of(require_user(state))

    return source
