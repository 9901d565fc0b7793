"""The mock as a server on loopback, for clients in another process or another language.

Never here: a route of the control endpoint.
"""

import re
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, final

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from .._mock import MockCognito
from .._moto import request_handler, server_application, signing_keys
from . import control

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MotoHandler: Any = request_handler(WSGIRequestHandler)
# The path of a pool's keys. moto's server before 5.2 took it for an object of S3; no bucket has an underscore.
_KEYS: Final = re.compile(r"/[a-z0-9-]+_\w+/\.well-known/jwks\.json")


@final
class MockCognitoServer:
    """moto's server with a Cognito that verifies, in a thread of this process. Enter it with ``with``.

    Every Cognito client can use ``url`` as its endpoint: boto3's ``endpoint_url``, ``userPoolEndpoint`` of
    `aws-amplify`, the ``endpoint`` of `amazon-cognito-identity-js`. Browsers can use it too (CORS). The control
    endpoint for tests in another process is ``url + "/amplify-auth/"``.

    Attributes:
        cognito: The mock, which makes pools and has the codes.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, strict: bool = True) -> None:
        self.cognito = MockCognito(strict=strict)
        self._host = host
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end.

        Raises:
            RuntimeError: The server is not entered.
        """
        if self._server is None:
            raise RuntimeError("the server is not started: use it in a with block")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.port}"

    def __enter__(self) -> Self:
        """Start listening.

        Raises:
            OSError: The address is in use, or is not an address of this machine.
            RuntimeError: This moto is not supported.
        """
        self.cognito.start()
        try:
            self._server = _listen(self._host, self._port, _application(self.cognito, server_application()))
        except BaseException:
            self.cognito.stop()
            raise
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None
        self.cognito.stop()


class _Quiet(_MotoHandler):  # type: ignore[misc]
    """A handler that does not log requests, because their lines would fill the output of tests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _listen(host: str, port: int, app: "WSGIApplication") -> BaseWSGIServer:
    # With its own socket, werkzeug would end the process if the address is in use.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())


def _application(cognito: MockCognito, moto: "WSGIApplication") -> "WSGIApplication":
    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        own = _own_answer(cognito, Request(environ))
        return moto(environ, start_response) if own is None else own(environ, start_response)

    return application


def _own_answer(cognito: MockCognito, request: Request) -> Response | None:
    ours = request.path.startswith(f"{control.PREFIX}/")
    if control.is_preflight(request) and (ours or request.path == "/"):
        return control.preflight()
    if ours:
        return control.answer(cognito, request)
    return _signing_keys() if _KEYS.fullmatch(request.path) else None


def _signing_keys() -> Response:
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(signing_keys(), headers=headers, content_type="application/json")
