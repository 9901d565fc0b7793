"""The mock as a server on loopback, with a control endpoint for tests.

Never here: the answer to a request of Cognito.
"""

from .server import MockCognitoServer

__all__ = ["MockCognitoServer"]
