"""What CI makes of an audit of dependencies, by what pip-audit and pip write."""

import os
import subprocess
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[2] / ".ci" / "audit"
MAKE = "make: *** [Makefile:130: audit] Error 1\n"
NO_NETWORK = (
    "Traceback (most recent call last):\n"
    '  File "requests/adapters.py", line 723, in send\n'
    "requests.exceptions.ProxyError: HTTPSConnectionPool(host='index.example', port=443): Max retries exceeded\n"
)
BLOCKED = (
    "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\n"
    "ERROR:pip_audit._cli:Tip: your network may be blocking this service. Try another service\n"
)
FOUND = "Found 1 known vulnerability in 1 package\nName Version ID\njinja2 3.1.2 PYSEC-2024-1\n"
SKIPPED = (
    "Name  Skip Reason\n"
    "----- -------------------------------------------------------------------\n"
    "attrs Dependency not found on PyPI and could not be audited: attrs (26.1.0)\n"
    "yarl  Dependency not found on PyPI and could not be audited: yarl (1.25.1)\n"
)


def _audited(folder: Path, said: str, code: int) -> subprocess.CompletedProcess[str]:
    """Run the audit with a `make` that says something and ends with a code."""
    (folder / "said").write_text(said, encoding="utf-8")
    make = folder / "make"
    make.write_text(f"#!/bin/sh\ncat '{folder}/said' >&2\nexit {code}\n", encoding="utf-8")
    make.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run([str(AUDIT)], env=environment, capture_output=True, text=True, check=False)


def test_nothing_known_is_said(tmp_path: Path) -> None:
    done = _audited(tmp_path, "No known vulnerabilities found\n", 0)
    assert (done.returncode, done.stdout) == (0, "audit: no known vulnerability in what is locked\n")


def test_what_the_list_lacks_is_named_and_the_rest_is_audited(tmp_path: Path) -> None:
    done = _audited(tmp_path, "No known vulnerabilities found\n" + SKIPPED, 0)
    assert done.returncode == 0
    assert done.stdout == (
        "audit: NOT AUDITED, because the list lacks them: 2 packages: attrs yarl\n"
        "audit: no known vulnerability in what else is locked\n"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (BLOCKED, "your network may be blocking this service"),
        (NO_NETWORK, "requests.exceptions.ProxyError: HTTPSConnectionPool"),
        ("ERROR: No matching distribution found for pip-audit\n", "No matching distribution found for pip-audit"),
        ("ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='index.example')\n", "OSError"),
    ],
)
def test_a_list_that_cannot_be_asked_is_said(tmp_path: Path, said: str, why: str) -> None:
    done = _audited(tmp_path, said + MAKE, 2)
    assert done.returncode == 0
    assert done.stdout.startswith("audit: NOT DONE: ")
    assert why in done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "said",
    [
        FOUND,
        FOUND + SKIPPED,
        FOUND.replace("PYSEC-2024-1", "PYSEC-2024-1 requests.exceptions.ConnectionError: is swallowed"),
        "ERROR:pip_audit._cli:requirement numpy==1.0 does not contain a hash\n",
        "Traceback (most recent call last):\n  File \"_cli.py\", line 9, in audit\nKeyError: 'fixed_in'\n",
        "pip-audit: error: unrecognized arguments: --nonsense\n",
        "",
    ],
)
def test_what_is_found_fails_and_so_does_an_audit_that_breaks_down(tmp_path: Path, said: str) -> None:
    done = _audited(tmp_path, said + MAKE, 2)
    assert done.returncode == 1
    assert done.stdout == said + MAKE + "audit: FAILED: see above\n"
