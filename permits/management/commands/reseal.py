"""`manage.py reseal`: bring all personal data under the present key."""

from typing import Any

from django.core.management.base import BaseCommand

from permits.resealing import reseal


class Command(BaseCommand):
    help = "Brings personal data under the first key of PERSONAL_DATA_KEYS, beside a running site."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        self.stdout.write(f"{reseal()} rows and files brought under the present key")
