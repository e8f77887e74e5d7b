"""What keeps `make run-lan` from serving is said in a sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lan_site import ADDRESS, ROOT
from tests.services import free_port

REAL_SITE = {
    "DATABASE_URL": "",
    "DEMO": "0",
    "SECRET_KEY": "a-secret-that-is-only-for-this-test-0123456789-abcdefghijkl",
    "PERSONAL_DATA_KEYS": "a-key-that-is-only-for-tests-0123456789-abc=",
}


def refusal(*arguments: str, **variables: str) -> str:
    """What the start says where it fails."""
    result = subprocess.run(
        [sys.executable, "-m", "checkpoint_site.lan", *arguments],
        cwd=ROOT,
        env={**os.environ, **REAL_SITE, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_public_address_is_refused() -> None:
    assert "203.0.113.5 is not an address of a private network" in refusal(
        "--address", "203.0.113.5"
    )


@pytest.mark.parametrize("port", ["0", "65536", "https", "-1"])
def test_what_is_no_port_is_refused(port: str) -> None:
    assert "a port is a number from 1 to 65535" in refusal(f"--port={port}")


@pytest.mark.parametrize(
    ("option", "variable"), [("--port", "PORT"), ("--landing-port", "LANDING_PORT")]
)
def test_a_port_in_use_is_named(option: str, variable: str) -> None:
    with socket.create_server((ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal("--address", ADDRESS, option, str(port))
    assert f"Port {port} at {ADDRESS} ({variable}): another program has it." in said


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({}, "python manage.py migrate"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}, "database does not answer"),
        ({"DATA_DIR": "/dev/null/data"}, "/dev/null/data cannot be read or written"),
    ],
)
def test_what_is_not_ready_is_said(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    ports = ("--port", str(free_port()), "--landing-port", str(free_port()))
    said = refusal("--address", ADDRESS, *ports, **{"DATA_DIR": str(tmp_path), **variables})
    assert words in said
