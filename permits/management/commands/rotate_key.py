"""`manage.py rotate_key`: a new signing key; the present one goes on verifying."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from permits import keys


class Command(BaseCommand):
    help = "Make a new key to sign travel codes; codes signed with the present one stay valid."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-none", action="store_true", help="do nothing where there is a key already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_none"] and keys.exist():
            return
        name = keys.rotate()
        self.stdout.write(f"Key {name} signs from now on. Restart the servers to use it.")
