"""A sign-in that one process starts and another one ends, as two requests to a web server do.

The state travels as text. It holds secrets: here it goes through pipes, and is never written down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import amplify_auth as auth
from amplify_auth.testing import MockCognitoServer

PASSWORD = "Corr3ct-horse"


def main() -> None:
    """Start two processes of this file, one for each half, with a Cognito that both can reach."""
    with MockCognitoServer() as server:
        pool = server.cognito.create_pool(mfa="ON", mfa_methods=("SMS_MFA",))
        pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
        config = {**pool.config, "endpoint_url": server.url}

        first = run("start", {"config": config})
        print(f"process {first['process']} was asked: {first['next_step']}")
        second = run("finish", {"config": config, "state": first["state"], "code": pool.code("alice")})
        print(f"process {second['process']} answered; {second['username']} is signed in: {second['is_signed_in']}")


def start(task: dict[str, Any]) -> dict[str, Any]:
    """Give the password; hand the pending sign-in over."""
    session = auth.Session(**task["config"])
    out = auth.sign_in("alice", PASSWORD, session=session)
    return {"next_step": out.next_step.sign_in_step, "state": session.export_state()}


def finish(task: dict[str, Any]) -> dict[str, Any]:
    """Take the pending sign-in over; give the code."""
    session = auth.Session(**task["config"])
    session.restore_state(task["state"])
    out = auth.confirm_sign_in(task["code"], session=session)
    return {"is_signed_in": out.is_signed_in, "username": session.username}


HALVES = {"start": start, "finish": finish}


def run(half: str, task: dict[str, Any]) -> dict[str, Any]:
    """Run ``half`` in a new process."""
    command = [sys.executable, __file__, half]
    done = subprocess.run(command, input=json.dumps(task), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - this very file
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        json.dump({"process": os.getpid(), **HALVES[sys.argv[1]](json.load(sys.stdin))}, sys.stdout)
