"""HTTP calls as the user: an API that verifies tokens, called with requests and with httpx, sync and async.

In between an hour passes, and once the API refuses a token that has not ended yet: neither needs a line of code.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import requests

import amplify_auth as auth
from amplify_auth.testing import mock_cognito


class Orders(BaseHTTPRequestHandler):
    """An API for the users of one user pool client."""

    blocked: frozenset[str] = frozenset()

    def do_GET(self) -> None:
        """Answer who asks, if the token can be trusted."""
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        try:
            if token in self.blocked:
                raise auth.errors.TokenVerificationError("The token is blocked.")
            claims = auth.verify_token(token, token_use="access")
            status, text = 200, f"orders of {claims['username']}"
        except auth.AuthValidationError as error:
            status, text = 401, error.message
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Keep the output of the example free of request lines."""


@contextmanager
def api() -> Iterator[str]:
    """The API at an address of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Orders) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/orders"
        server.shutdown()
        thread.join()


async def call_async(url: str, session: auth.Session) -> str:
    """The same call from a coroutine: a refresh does not block the event loop."""
    async with httpx.AsyncClient(auth=session.http_auth()) as client:
        return (await client.get(url)).text


def main() -> None:
    """Sign in once, then call."""
    with mock_cognito() as cognito, api() as url:
        pool = cognito.create_pool()
        pool.create_user("alice", "Corr3ct-horse")
        session = auth.configure(pool.config)
        auth.sign_in("alice", "Corr3ct-horse")

        print(f"without a token: {requests.get(url, timeout=10).status_code}")
        print(f"requests: {requests.get(url, auth=session.http_auth(), timeout=10).text}")

        cognito.clock.advance(3600)
        with httpx.Client(auth=session.http_auth()) as client:
            print(f"httpx, an hour later: {client.get(url).text}")

            assert session.tokens is not None
            Orders.blocked = frozenset({session.tokens.access_token})
            print(f"httpx, once the token is refused: {client.get(url).text}")

        print(f"httpx, async: {asyncio.run(call_async(url, session))}")
        print(f"refreshes: {len(cognito.calls.of('GetTokensFromRefreshToken'))}")
        auth.sign_out()


if __name__ == "__main__":
    main()
