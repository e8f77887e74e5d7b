"""Whether the access log holds together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from scans import look_up_guard, look_ups
from scans.models import LookUp

SAYS = {
    "changed": "was changed, or made with another digest.key",
    "missing": "does not follow the row before: some were taken out",
    "cut": "is not tied to the row before",
}
MOST_SHOWN = 20


class Command(BaseCommand):
    """Fails where a row was changed, taken out or put in, or where a trigger is missing."""

    help = "Verify the access log's chain and the database's guard of it."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = look_ups.faults()
        for fault in faults[:MOST_SHOWN]:
            self.stdout.write(f"look-up {fault.number} {SAYS[fault.code]}")
        missing = look_up_guard.missing(connection)
        for name in missing:
            self.stdout.write(f"the trigger {name} is missing")
        if faults or missing:
            raise CommandError(f"{len(faults)} faults, {len(missing)} triggers missing")
        last = LookUp.objects.order_by("-number").values_list("number", flat=True).first()
        count = LookUp.objects.count()
        self.stdout.write(f"{count} look-ups hold together; the last one is number {last or 0}")
