"""Every file under examples/ runs as its reader would run it."""

import ast
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
SUITES = sorted({path.parent for path in EXAMPLES.rglob("test_*.py")})
SCRIPTS = sorted(path for path in EXAMPLES.rglob("*.py") if path.parent not in SUITES)
NOTEBOOKS = sorted(EXAMPLES.rglob("*.ipynb"))
SAYS = {
    "quickstart.py": (
        "confirmed",
        "refused: Incorrect username or password.",
        "CONTINUE_SIGN_IN_WITH_TOTP_SETUP",
        "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
        "signed in as alice",
        "tokens revoked: True",
    ),
    "mfa.py": ("refused: ", "alice is signed in: True", "bob is signed in: True"),
    "passwordless.py": ("signed up and in with one code: True", "signed in by the preferred way: True"),
    "custom_challenge.py": ("alice is signed in: True", "refused: "),
    "new_password.py": ("refused: ", "alice is signed in: True", "with her own password: True"),
    "resume_in_another_process.py": ("alice is signed in: True",),
    "my_account.py": (
        "refused: Invalid verification code",
        "her address is alice@new.example.com",
        "preferred second factor: TOTP",
        "devices that are left: 1",
        "event: user_deleted",
        "signed in: False",
    ),
    "job_without_a_person.py": (
        "day 0: nightly-job works",
        "day 90: nightly-job works",
        "reauthenticate is called again in 30 seconds at the earliest.",
    ),
}


def relative(path):
    return path.relative_to(EXAMPLES).as_posix()


def run(*command, cwd):
    """Run Python without a terminal and without any AWS or amplify_auth setting; give its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AMPLIFY_AUTH_"))}
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def test_there_is_an_example_of_each_kind() -> None:
    assert SAYS.keys() <= {relative(path) for path in SCRIPTS}
    assert NOTEBOOKS
    assert SUITES


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_a_script_has_a_main_and_says_what_it_did(path: Any, tmp_path: Path) -> None:
    functions = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    output = run(str(path), cwd=tmp_path)

    assert "main" in functions
    assert output.strip()
    assert [line for line in SAYS.get(relative(path), ()) if line not in output] == []


def test_the_quickstart_waits_where_the_app_still_shows_the_code_that_was_used(
    mock_cognito: MockCognito, capsys: pytest.CaptureFixture[str]
) -> None:
    """This happens on a user's own pool, some seconds after the app was set up."""
    quickstart = runpy.run_path(str(EXAMPLES / "quickstart.py"))
    pool = mock_cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
    pool.create_user("alice", "Corr3ct-horse", attributes={"email_verified": "false"})
    auth.configure(pool.config)
    shown = []

    def look_at_the_app(*_):
        shown.append(shown[0] if len(shown) == 1 else pool.totp("alice"))
        return shown[-1]

    for _ in range(2):
        quickstart["take_every_step"](auth.sign_in("alice", "Corr3ct-horse"), "alice", look_at_the_app)
        assert auth.sign_out().is_complete

    assert len(shown) == 3
    assert "Your software token has already been used once. An authenticator app shows" in capsys.readouterr().out


@pytest.mark.parametrize("path", SUITES, ids=relative)
def test_a_suite_passes(path: Any, tmp_path: Path) -> None:
    output = run("-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={path}", str(path), cwd=tmp_path)

    assert " passed" in output
    assert "failed" not in output


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
@pytest.mark.filterwarnings("default")  # of the kernel's client, which is not ours
def test_a_notebook_runs_from_top_to_bottom(path: Any, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    shipped = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    nbclient.NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]

    assert not any(shipped), "clear the outputs: they would show the machine they were made on"
    assert "SignOutOutput(is_complete=True" in str(outputs)
    assert not any(output.output_type in ("error", "stream") for output in outputs)
