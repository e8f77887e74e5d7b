"""A worker beside the server, where nothing else starts one: `make run`.

Anywhere else it is a service of its own (deploy/), and a server process starts none.
"""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


def start() -> None:
    """Start one if RUN_WORKER is set. It ends when this process does, however that ends."""
    if settings.RUN_WORKER:
        command = [sys.executable, str(MANAGE), "run_tasks", "--with-parent", str(os.getpid())]
        subprocess.Popen(command)  # noqa: S603 nothing in it comes from outside
