"""One sign-in, from its first request to the tokens or to the next question."""

from .adoption import GivenTokens, adopt, check_given
from .challenges import CHALLENGES, read
from .request import check_flow, make_request, takes_password
from .start_and_answer import answer, start

__all__ = [
    "CHALLENGES",
    "GivenTokens",
    "adopt",
    "answer",
    "check_flow",
    "check_given",
    "make_request",
    "read",
    "start",
    "takes_password",
]
