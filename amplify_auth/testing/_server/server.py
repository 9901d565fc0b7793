"""The mock as a server on loopback, for clients that are not in this process or not in Python."""

import re
import socket
import threading
from types import TracebackType
from typing import Any, Final, Self, final

from moto.moto_server import werkzeug_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from amplify_auth.testing._mock import MockCognito
from amplify_auth.testing._moto import installation
from amplify_auth.testing._server import control

_moto_server: Any = werkzeug_app
# moto has a handler of its own since 5.2.4.
_MotoHandler: Any = getattr(_moto_server, "MotoRequestHandler", WSGIRequestHandler)
# The keys of a user pool. Before 5.2 moto's server took them for an object of S3, whose buckets have no underscore.
_KEYS: Final = re.compile(r"/[a-z0-9-]+_\w+/\.well-known/jwks\.json")


@final
class MockCognitoServer:
    """moto's server with a Cognito that verifies, in a thread of this process; enter it with ``with``.

    Any Cognito client can use ``url`` as its endpoint: boto3's ``endpoint_url``, ``userPoolEndpoint`` of
    `aws-amplify`, the ``endpoint`` of `amazon-cognito-identity-js`. Browsers may, too (CORS). Under
    ``url + "/amplify-auth/"`` is the control endpoint, for tests in another process than this.

    Attributes:
        cognito: The mock behind it, to make pools with and read codes from.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, strict: bool = True) -> None:
        self.cognito = MockCognito(strict=strict)
        self._host = host
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end.

        Raises:
            RuntimeError: It is not entered.
        """
        if self._server is None:
            raise RuntimeError("the server is not started: use it in a with block")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.port}"

    def __enter__(self) -> Self:
        """Listen.

        Raises:
            OSError: The address is taken, or not one of this machine.
            RuntimeError: This moto is not supported.
        """
        self.cognito.start()
        try:
            dispatch = _moto_server.DomainDispatcherApplication(_moto_server.create_backend_app)
            app = _application(self.cognito, dispatch)
            self._server = _listen(self._host, self._port, app)
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
    """Says nothing of requests: their lines would fill the output of tests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _listen(host: str, port: int, app: Any) -> BaseWSGIServer:
    # A socket of our own, because werkzeug ends the process where it cannot have one.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())


def _application(cognito: MockCognito, moto: Any) -> Any:
    def application(environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        ours = request.path.startswith(f"{control.PREFIX}/")
        if control.is_preflight(request) and (ours or request.path == "/"):
            return control.preflight()(environ, start_response)
        if ours:
            return control.answer(cognito, request)(environ, start_response)
        if _KEYS.fullmatch(request.path):
            return _signing_keys()(environ, start_response)
        return moto(environ, start_response)

    return application


def _signing_keys() -> Response:
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(installation.signing_keys(), headers=headers, content_type="application/json")
