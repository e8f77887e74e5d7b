"""`manage.py tally`: counts the scans of some days anew."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scans import tallies
from scans.spans import Span, midnight


class Command(BaseCommand):
    help = "Count the scans of some days anew for the charts, as far as the scans are still kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", required=True, help="a day: 2021-09-14")
        parser.add_argument("--to", dest="last", help="the last day; today where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        first = _day(options["first"])
        last = _day(options["last"]) if options["last"] else timezone.localdate(now)
        if last < first:
            raise CommandError(f"{last} lies before {first}")
        until = Span.DAY.after(midnight(last))
        for start, scans in tallies.retally(midnight(first), until, now=now):
            self.stdout.write(f"{timezone.localtime(start):%Y-%m-%d} {scans:>10} scans")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise CommandError(f"{typed} is no day; one is written 2021-09-14") from error
