"""`manage.py reseal`: bring all personal data under the present key."""

from typing import Any

from django.core.management.base import BaseCommand

from permits.resealing import reseal
from scans.resealing import reseal as reseal_of_lanes


class Command(BaseCommand):
    help = "Brings personal data under the first key of PERSONAL_DATA_KEYS, beside a running site."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        resealed = reseal() + reseal_of_lanes()
        self.stdout.write(f"{resealed} rows and files brought under the present key")
