"""Run in a process of its own: it forks while another thread signs in. Prints what the child got."""

import os
import signal
import sys
import threading
from typing import Any

import amplify_auth as auth
from tests.support.scripted_cognito import STALLS, ScriptedCognito, signs_in

HOW: dict[str, Any] = {"auth_flow_type": "USER_PASSWORD_AUTH"}

with ScriptedCognito() as server:
    session = auth.Session(user_pool_id="us-east-1_A", user_pool_client_id="client", endpoint_url=server.url)
    server.on("InitiateAuth", STALLS).always("InitiateAuth", signs_in())
    waiting = threading.Thread(
        target=auth.sign_in, args=("bob", "Passw0rd!"), kwargs={"session": session, **HOW}, daemon=True
    )
    waiting.start()
    while not server.operations:
        pass
    if os.fork() == 0:
        signal.alarm(10)
        print(auth.sign_in("alice", "Passw0rd!", session=session, **HOW).is_signed_in, session.username, flush=True)
        os._exit(0)
    _, status = os.wait()
sys.exit(os.waitstatus_to_exitcode(status) != 0)
