"""The import of all public names compared with ``import boto3``, each in new processes.

``import amplify_auth`` alone takes no time: the names are imported when the first of them is used.
"""

from report import compare, interleaved, python

RUNS = 41
IMPORT = "import time; started = time.perf_counter(); import {}; print(time.perf_counter() - started)"


def milliseconds(module: str) -> float:
    return 1000 * float(python(IMPORT.format(module)))


def main() -> None:
    medians = interleaved(
        RUNS, {"boto3": lambda: milliseconds("boto3"), "amplify_auth": lambda: milliseconds("amplify_auth._public")}
    )
    compare("import of the names of amplify_auth / import boto3", medians["amplify_auth"], medians["boto3"], 1.15)


if __name__ == "__main__":
    main()
