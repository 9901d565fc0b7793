"""One sign-in, from its first request to the tokens or to the next question."""

from .challenges import CHALLENGES, read
from .request import check_flow, make_request, takes_password
from .start_and_answer import answer, start

__all__ = [
    "CHALLENGES",
    "answer",
    "check_flow",
    "make_request",
    "read",
    "start",
    "takes_password",
]
