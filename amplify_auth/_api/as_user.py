"""Requests of the signed-in user: the one shape of all functions that need an access token."""

from __future__ import annotations

from .._cognito import Answer, call
from .._renewal import present, require_user, session_over
from .._session import Session, State
from .._values import SignedIn
from ..errors import AccessTokenExpired, AccessTokenRevoked, NotAuthorizedException, UserUnAuthenticatedException
from .configure import state_of


def as_user(session: Session | None) -> UserRequests:
    """Sends requests of the user who is signed in now to ``session``, or to the default session.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthError: The tokens have expired and could not be refreshed.
        AuthConfigurationError: No session is given, and `configure` made no default.
    """
    return UserRequests(state_of(session))


class UserRequests:
    """Sends requests with the access token of one user. Only tokens of the user pool are needed, no identity pool.

    If Cognito says that the access token is over, although its time is not, the tokens are refreshed, and the request
    is sent once more: it was refused, so nothing was done.

    Args:
        state: The state of the session.
        signs_in: False: ``reauthenticate`` of the session is not called if no user is signed in.

    Attributes:
        state: The state of the session.
        user: The user, with the tokens of this moment.
    """

    __slots__ = ("_signs_in", "state", "user")

    def __init__(self, state: State, *, signs_in: bool = True) -> None:
        self.state = state
        self._signs_in = signs_in
        self.user = self._present()

    def call(self, operation: str, **parameters: object) -> Answer:
        """Call an operation.

        Args:
            operation: The operation's name in the service model, such as ``"GetUser"``.
            **parameters: Its parameters without ``AccessToken``; those that are None are left out.

        Returns:
            The answer, as botocore parsed it.

        Raises:
            UserUnAuthenticatedException: The user has signed out, or another one has signed in; `SessionEnded` if the
                session has ended.
            AuthError: As ``call`` of the room ``_cognito``, or the tokens could not be refreshed.
        """
        signed_in = self._same(self._present())
        refusal: NotAuthorizedException
        try:
            return call(self.state.config, operation, AccessToken=signed_in.tokens.access_token, **parameters)
        except (AccessTokenExpired, AccessTokenRevoked) as error:
            refusal = error
        newer = self._same(self._renewed(signed_in, refusal))
        return call(self.state.config, operation, AccessToken=newer.tokens.access_token, **parameters)

    def _present(self) -> SignedIn:
        user = self.state.user
        return require_user(user) if self._signs_in else present(user.get_existing())

    def _renewed(self, refused: SignedIn, refusal: NotAuthorizedException) -> SignedIn:
        """The user with another access token than the one that was refused."""
        user = self.state.user
        current = user.value
        if current is None or current.tokens.access_token != refused.tokens.access_token:  # changed since
            return self._present()
        if current.tokens.refresh_token is not None:
            return present(user.get_other_than(current, existing=not self._signs_in))
        over = session_over(f"{refusal.message.rstrip('.')}, and it has no refresh token")
        over.__cause__ = refusal
        user.end(current, over)
        return self._present()

    def _same(self, signed_in: SignedIn) -> SignedIn:
        if (signed_in.user_id, signed_in.username) != (self.user.user_id, self.user.username):
            raise UserUnAuthenticatedException(
                "Another user has signed in since the call began.",
                recovery_suggestion="Call again if it is meant for that user. Give each user a Session.",
            )
        return signed_in
