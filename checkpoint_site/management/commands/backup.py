"""`manage.py backup`: the database, into a new folder, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checkpoint_site.backups.make import make, save_keys
from checkpoint_site.backups.manifest import BackupError


class Command(BaseCommand):
    help = "Back the database up into a new folder in FOLDER. The signing keys are not in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument(
            "--with-keys",
            metavar="FILE",
            type=Path,
            help="also put the keys into this tar file, to be kept in another place",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["with_keys"]:
                save_keys(options["with_keys"])
            folder = make(options["folder"], now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(folder))
