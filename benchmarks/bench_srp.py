"""CPU time of the client's half of one SRP sign-in: ours compared with warrant-lite as it comes.

Both make their value A, derive the session key and sign. warrant-lite's own way to a time stamp is left out: it fails
where there is no English locale.
"""

from report import compare, interleaved, python

RUNS = 15
MANY = 20

TIMED = """
import sys, time, base64, hmac, hashlib, secrets
from datetime import datetime, timezone
{setup}
block = base64.b64encode(b"x" * 900).decode()
parameters = {{"SRP_B": secrets.token_hex(384), "SALT": secrets.token_hex(16), "SECRET_BLOCK": block}}
sign_in()
started = time.process_time()
for _ in range({many}):
    sign_in()
print((time.process_time() - started) / {many})
"""

STOCK = """
from warrant_lite import WarrantLite
def sign_in():
    srp = WarrantLite(username="alice", password="Corr3ct-horse", pool_id="eu-west-1_AbC123", client_id="client",
        client=object())
    srp.get_auth_params()
    b = int(parameters["SRP_B"], 16)
    key = srp.get_password_authentication_key("alice", "Corr3ct-horse", b, parameters["SALT"])
    stamp = "Mon Nov 23 4:05:06 UTC 2026"
    claim = b"AbC123" + b"alice" + base64.standard_b64decode(parameters["SECRET_BLOCK"]) + stamp.encode()
    mac = hmac.new(key, claim, digestmod=hashlib.sha256)
    return base64.standard_b64encode(mac.digest())
"""

OURS = """
from amplify_auth._srp import SrpClient
def sign_in():
    srp = SrpClient()
    srp.srp_a
    return srp.prove("AbC123", "alice", "Corr3ct-horse", parameters, datetime.now(timezone.utc))
"""

WITHOUT_GMPY2 = 'sys.modules["gmpy2"] = None'
WITH_GMPY2 = "import gmpy2"


def milliseconds(setup: str) -> float:
    return 1000 * float(python(TIMED.format(setup=setup, many=MANY)))


def main() -> None:
    medians = interleaved(
        RUNS,
        {
            "stock": lambda: milliseconds(STOCK),
            "pure": lambda: milliseconds(WITHOUT_GMPY2 + OURS),
            "fast": lambda: milliseconds(WITH_GMPY2 + OURS),
        },
    )
    compare("SRP in pure Python: ours / warrant-lite", medians["pure"], medians["stock"], 0.5)
    compare("SRP with gmpy2: ours / warrant-lite", medians["fast"], medians["stock"], 0.15)


if __name__ == "__main__":
    main()
