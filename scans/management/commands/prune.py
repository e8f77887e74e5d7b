"""`manage.py prune`: removes what is not to be kept any longer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from scans.retention import Pruned, prune


class Command(BaseCommand):
    help = "Remove what is older than the RETAIN_..._DAYS of its kind, in small steps."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be removed, and remove nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run: bool = options["dry_run"]
        for pruned in prune(now=timezone.now(), dry_run=dry_run):
            self.stdout.write(line(pruned, dry_run=dry_run))


def line(pruned: Pruned, *, dry_run: bool) -> str:
    """What is said of one kind."""
    kind = pruned.kind
    if kind.before is None:
        return f"{kind.name:<24} kept for ever"
    verb = "would be removed" if dry_run else "removed"
    since = f"{kind.days} days, from before {kind.before:%Y-%m-%d}" if kind.days else ""
    return f"{kind.name:<24} {pruned.rows:>10} {verb}   {since}".rstrip()
