"""Starting a server process where something is wrong; tests/deployment has where all is well."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import free_port
from tests.test_settings import GOOD_KEY, GOOD_SECRET, ROOT

ACTIVATION = ROOT / "tests" / "socket_activation.py"


SERVE = (sys.executable, "-m", "checkpoint_site.serve")
START_SECONDS = 30


def started(tmp_path: Path, *command: str, **variables: str) -> "subprocess.Popen[str]":
    """A process with these variables and no others of the site's."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": GOOD_SECRET,
        "PERSONAL_DATA_KEYS": GOOD_KEY,
        **variables,
    }
    return subprocess.Popen(
        command or SERVE, env=environment, stderr=subprocess.PIPE, text=True, close_fds=False
    )


def outcome(tmp_path: Path, *command: str, **variables: str) -> tuple[int, str]:
    """What becomes of a process that ends by itself: its code, and what it said."""
    with started(tmp_path, *command, **variables) as process:
        _, said = process.communicate(timeout=START_SECONDS)
    return process.returncode, said


def test_a_wrong_setting_is_named_and_no_traceback_is_printed(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, SERVER="gunicorn")
    assert code == 1
    assert "SERVER" in said
    assert "must be one of daphne, uvicorn, granian" in said
    assert "Traceback" not in said


def test_a_server_that_is_not_installed_is_named(tmp_path: Path) -> None:
    script = (
        "import runpy, sys; sys.modules['uvicorn'] = None; "
        "runpy.run_module('checkpoint_site.serve', run_name='__main__')"
    )
    ended = outcome(tmp_path, sys.executable, "-c", script, SERVER="uvicorn")
    assert ended == (1, "SERVER=uvicorn: uvicorn is not installed.\n")


def test_a_port_that_is_taken_ends_the_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = outcome(tmp_path, PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert "Address already in use" in said


def test_granian_takes_no_socket_from_systemd_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.set_inheritable(True)
        start = (sys.executable, str(ACTIVATION), str(listening.fileno()))
        code, said = outcome(tmp_path, *start, *SERVE, SERVER="granian")
    assert code == 1
    assert "SERVER=granian cannot take a socket from systemd" in said


@pytest.mark.parametrize("server", ["daphne", "uvicorn", "granian"])
def test_systemd_is_told_when_the_process_serves_and_the_process_ends_well(
    tmp_path: Path, server: str
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(START_SECONDS)
        with started(
            tmp_path, SERVER=server, PORT=str(free_port()), NOTIFY_SOCKET=str(tmp_path / "notify")
        ) as process:
            assert systemd.recv(100) == b"READY=1"
            process.terminate()
            assert process.wait(START_SECONDS) in (0, -signal.SIGTERM)
