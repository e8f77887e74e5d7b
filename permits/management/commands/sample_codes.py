"""`manage.py sample_codes`: travel codes of permits that are valid now, for the load tool."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from permits import keys, selectors

MOST_CODES = 20_000
WARNING = (
    "{count} working travel codes: whoever holds one up is taken for its holder. "
    "Keep them where the keys may be, and delete them after the run."
)


class Command(BaseCommand):
    help = (
        "Print working travel codes of valid permits, one a line, signed with this site's key. For "
        "load tests of a site whose permits are made up. Nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=200, help="how many at most (200)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["count"]
        if not 1 <= count <= MOST_CODES:
            raise CommandError(f"--count must be from 1 to {MOST_CODES}")
        try:
            keys.load()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        permits = selectors.sample_of_valid(count, now=timezone.now())
        codes = [selectors.travel_code(permit) for permit in permits]
        if not codes:
            raise CommandError("no approved permit is valid now")
        self.stderr.write(WARNING.format(count=len(codes)))
        self.stdout.write("\n".join(codes))
