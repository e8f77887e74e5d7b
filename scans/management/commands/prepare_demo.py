"""`manage.py prepare_demo`: everything that `make run` needs before it serves."""

import json
import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from permits import keys, secret_files
from permits.roles import Role
from permits.verdict import PermitState
from scans import demo

PASSWORDS_FILE = "demo_passwords.json"
PAGES = [
    ("Public page", "/"),
    ("Checkpoint page", "/checkpoint/"),
    ("Dashboard", "/dashboard/"),
    ("Issuer's desk", "/desk/"),
    ("Administration", "/admin/"),
    ("API docs", "/api/docs/"),
]


class Command(BaseCommand):
    help = "Migrate, make keys and made-up data where there are none, and say what is where."
    requires_system_checks: list[str] = []  # the server makes them when it starts

    def add_arguments(self, parser: CommandParser) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        parser.add_argument(
            "--site", default=f"http://{host}:{port}", help="the address to name the pages with"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is for the demo: set DEMO=1.")
        call_command("migrate", verbosity=0)
        if not keys.exist():
            keys.rotate()
        passwords = self._passwords()
        for role, password in passwords.items():
            demo.set_password(role, password)
        if not demo.is_loaded():
            with transaction.atomic():
                demo.load(now=timezone.now())
        self._say(passwords, options["site"])

    def _passwords(self) -> dict[Role, str]:
        if settings.DEMO_PASSWORD:
            return dict.fromkeys(Role, settings.DEMO_PASSWORD)
        path = settings.DATA_DIR / PASSWORDS_FILE
        if not path.exists():
            made = {role.value: secrets.token_urlsafe(9) for role in Role}
            secret_files.write_private(path, json.dumps(made).encode())
        return {Role(name): password for name, password in json.loads(path.read_text()).items()}

    def _say(self, passwords: dict[Role, str], site: str) -> None:
        self.stdout.write("\nCheckpoint, with made-up data:\n")
        for name, path in PAGES:
            self.stdout.write(f"  {name:<16} {site}{path}")
        self.stdout.write("\nAccounts:\n")
        for role, password in passwords.items():
            self.stdout.write(f"  {role.value:<16} {password}")
        self.stdout.write("\nWithout a camera, type one of these at the checkpoint page:\n")
        for state in (PermitState.APPROVED, PermitState.PENDING, PermitState.REVOKED):
            permit = demo.example(state, now=timezone.now())
            if permit:
                self.stdout.write(f"  {state.value:<16} {permit.serial}")
        self.stdout.write("\nStop with Ctrl+C.\n")
