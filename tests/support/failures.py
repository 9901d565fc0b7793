"""Ways in which a request fails, and the errors that they become."""

import amplify_auth as auth
from amplify_auth import AuthError, errors
from tests.support.scripted_cognito import HALF, HANGS_UP, Answer, page, refuses, text

FAILURES: dict[str, tuple[Answer, type[AuthError]]] = {
    "hangs up": (HANGS_UP, auth.AuthNetworkError),
    "half an answer": (HALF, auth.AuthNetworkError),
    "500": (page(500), errors.InternalErrorException),
    "503": (refuses("ServiceUnavailable", "Later.", 503), errors.InternalErrorException),
    "throttled": (refuses("TooManyRequestsException"), errors.TooManyRequestsException),
    "limit": (refuses("LimitExceededException"), errors.LimitExceededException),
    "wrong code": (refuses("CodeMismatchException"), errors.CodeMismatchException),
    "wrong time": (refuses("ExpiredCodeException"), errors.ExpiredCodeException),
    "wrong one-time code": (refuses("EnableSoftwareTokenMFAException"), errors.EnableSoftwareTokenMFAException),
    "weak password": (refuses("InvalidPasswordException"), errors.InvalidPasswordException),
    "wrong parameter": (refuses("InvalidParameterException"), errors.InvalidParameterException),
    "failing trigger": (refuses("UserLambdaValidationException"), errors.UserLambdaValidationException),
    "not JSON": (text("?"), auth.AuthProtocolError),
}
