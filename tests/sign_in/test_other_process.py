"""Another process goes on with what this one began."""

import json
import subprocess
import sys
import textwrap

import amplify_auth as auth
from amplify_auth.testing import MockCognitoServer

PASSWORD = "Passw0rd!"


# Another process

GO_ON = """
    import json, sys
    import amplify_auth as auth

    task = json.load(sys.stdin)
    done = {}
    for name, one in task["sessions"].items():
        session = auth.Session(**task["config"])
        session.restore_state(one["state"])
        if one["answer"] == "auto":
            output = auth.auto_sign_in(one["password"], session=session)
        elif one["answer"] == "out":
            assert session.is_signed_in
            output = auth.sign_out(global_sign_out=True, session=session)
        else:
            output = auth.confirm_sign_in(one["answer"], session=session)
        done[name] = [getattr(output, "is_signed_in", None), session.username, session.export_state()]
    json.dump(done, sys.stdout)
"""


def test_another_process_goes_on(cognito_server: MockCognitoServer) -> None:
    """A challenge, an automatic sign-in and a signed-in user, each handed over as text; one comes back."""
    pool = cognito_server.cognito.create_pool(mfa="OPTIONAL", client_secret=True)
    config = {**pool.config, "endpoint_url": cognito_server.url}
    pool.create_user("challenged", PASSWORD, mfa=("SMS_MFA",))
    pool.create_user("signed-in", PASSWORD)
    sessions = {name: auth.Session(**config) for name in ("challenged", "signed-in", "signed-up")}
    for name in ("challenged", "signed-in"):
        auth.sign_in(name, PASSWORD, session=sessions[name])
    signed_up = sessions["signed-up"]
    auth.sign_up("signed-up", PASSWORD, user_attributes={"email": "a@b.example"}, auto_sign_in=True, session=signed_up)
    auth.confirm_sign_up("signed-up", pool.code("signed-up"), session=signed_up)
    answers = {"challenged": pool.code("challenged"), "signed-in": "out", "signed-up": "auto"}
    handed = {
        name: {"state": session.export_state(), "answer": answers[name], "password": PASSWORD}
        for name, session in sessions.items()
    }
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(GO_ON)],
        input=json.dumps({"config": config, "sessions": handed}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert {name: facts[:2] for name, facts in done.items()} == {
        "challenged": [True, "challenged"],
        "signed-in": [None, None],
        "signed-up": [True, "signed-up"],
    }
    back = sessions["challenged"]
    back.restore_state(done["challenged"][2])
    assert back.username == "challenged"
    assert auth.sign_out(session=back).is_complete
