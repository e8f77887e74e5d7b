"""`manage.py restore`: a backup in the place of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checkpoint_site.backups.manifest import BackupError
from checkpoint_site.backups.restore import Restored, restore


class Command(BaseCommand):
    help = "Restore a backup that `manage.py backup` has made. Stop the servers first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", metavar="BACKUP", type=Path, help="its folder")
        parser.add_argument(
            "--replace", action="store_true", help="although there is data: all of it goes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore(options["backup"], replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        for line in said(restored):
            self.stdout.write(line)


def said(restored: Restored) -> list[str]:
    """What was restored, and what is to be done."""
    manifest = restored.manifest
    lines = [
        f"Restored as it was on {manifest.made_at:%Y-%m-%d at %H:%M} UTC: "
        f"{manifest.counts.get('permits_permit', 0)} permits, "
        f"{manifest.counts.get('scans_scan', 0)} scans. Everybody has to log in anew."
    ]
    if restored.must_migrate:
        lines.append("The backup is older than this code. Now: python manage.py migrate")
    if restored.missing_keys:
        lines.append(
            f"Keys that verified travel codes then are not here: {', '.join(restored.missing_keys)}"
            ". Restore SIGNING_KEYS_DIR too, or those codes count as forged."
        )
    lines.append("What was revoked, or put on the watchlist, since then is not in it: do it again.")
    return lines
