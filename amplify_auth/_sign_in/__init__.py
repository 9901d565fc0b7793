"""One sign-in, from the first request to the tokens or to the next question."""

from .beginning import ACCOUNT_ERRORS, account_step, begin, make_request, new_exchange, refuse_second_user, start
from .challenges import QUESTIONS, Action
from .exchange import DeviceLost, Exchange
from .failure import is_better_started_over, is_password, replace, settled, spent, with_answer
from .flows import FLOWS, can_start, check_flow

__all__ = [
    "ACCOUNT_ERRORS",
    "FLOWS",
    "QUESTIONS",
    "Action",
    "DeviceLost",
    "Exchange",
    "account_step",
    "begin",
    "can_start",
    "check_flow",
    "is_better_started_over",
    "is_password",
    "make_request",
    "new_exchange",
    "refuse_second_user",
    "replace",
    "settled",
    "spent",
    "start",
    "with_answer",
]
