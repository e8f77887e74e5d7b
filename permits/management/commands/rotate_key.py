"""`manage.py rotate_key`: a new signing key; the present one goes on verifying."""

from typing import Any

from django.core.management.base import BaseCommand

from permits import keys


class Command(BaseCommand):
    help = "Make a new key to sign travel codes; codes signed with the present one stay valid."

    def handle(self, *args: Any, **options: Any) -> None:
        name = keys.rotate()
        self.stdout.write(f"Key {name} signs from now on. Restart the servers to use it.")
