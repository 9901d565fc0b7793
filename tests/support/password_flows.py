"""The parameters of tests that run once for each kind of client, or for each flow that sends a password."""

import pytest

WITH_PASSWORD: list[dict[str, str]] = [
    {"auth_flow_type": "USER_SRP_AUTH"},
    {"auth_flow_type": "USER_PASSWORD_AUTH"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
]
with_each_password_flow = pytest.mark.parametrize("flow", WITH_PASSWORD, ids=lambda flow: "-".join(flow.values()))
public_and_confidential = pytest.mark.parametrize("client_secret", [False, True], ids=["public", "confidential"])
