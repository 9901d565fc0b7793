"""From a new process to tokens, against one local server in another process.

pycognito is measured at its leanest: its SRP class with an unsigned client, without the verification of tokens that
its `Cognito` adds.
"""

import time

from report import PASSWORD, compare, interleaved, python, server

RUNS = 21

OURS = """
import json, sys
import amplify_auth as auth
session = auth.configure(json.loads(sys.argv[1]), auth_flow_type=sys.argv[3])
assert auth.sign_in("alice", sys.argv[2]).is_signed_in
assert session.tokens.access_token
"""

BOTO3 = """
import json, sys
import boto3
from botocore import UNSIGNED
from botocore.config import Config
config = json.loads(sys.argv[1])
client = boto3.client("cognito-idp", region_name=config["user_pool_id"].split("_")[0],
    endpoint_url=config["endpoint_url"], config=Config(signature_version=UNSIGNED))
answer = client.initiate_auth(ClientId=config["user_pool_client_id"], AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "alice", "PASSWORD": sys.argv[2]})
assert answer["AuthenticationResult"]["AccessToken"]
"""

PYCOGNITO = """
import json, sys
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from pycognito.aws_srp import AWSSRP
config = json.loads(sys.argv[1])
client = boto3.client("cognito-idp", region_name=config["user_pool_id"].split("_")[0],
    endpoint_url=config["endpoint_url"], config=Config(signature_version=UNSIGNED))
answer = AWSSRP(username="alice", password=sys.argv[2], pool_id=config["user_pool_id"],
    client_id=config["user_pool_client_id"], client=client).authenticate_user()
assert answer["AuthenticationResult"]["AccessToken"]
"""


def milliseconds(code: str, *arguments: str) -> float:
    started = time.perf_counter()
    python(code, *arguments)
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    with server() as config:
        medians = interleaved(
            RUNS,
            {
                "boto3": lambda: milliseconds(BOTO3, config, PASSWORD),
                "password": lambda: milliseconds(OURS, config, PASSWORD, "USER_PASSWORD_AUTH"),
                "srp": lambda: milliseconds(OURS, config, PASSWORD, "USER_SRP_AUTH"),
                "pycognito": lambda: milliseconds(PYCOGNITO, config, PASSWORD),
            },
        )
    compare("USER_PASSWORD_AUTH: ours / raw boto3", medians["password"], medians["boto3"], 1.15)
    compare("USER_SRP_AUTH: ours / pycognito", medians["srp"], medians["pycognito"], 1.0)


if __name__ == "__main__":
    main()
