"""`manage.py import_permits`: a company's staff from the shell, as on the pages of imports."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from permits import demands
from permits.imports import uploading, wording
from permits.imports.table import BadFile
from permits.imports.uploading import StaffOrder, of_no_person
from permits.models import PermitKind
from permits.roles import Role, has_role
from permits.services.declaring import demands_of


class Command(BaseCommand):
    help = "Upload files of a company's staff, to be checked, and then decided on at the desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--kind", type=int, required=True, help="the kind's number")
        parser.add_argument("--valid-from", type=moment, required=True, metavar="YYYY-MM-DDTHH:MM")
        parser.add_argument("--valid-until", type=moment, required=True, metavar="YYYY-MM-DDTHH:MM")
        parser.add_argument("--company", required=True)
        parser.add_argument("--purpose", default="", help="for rows that have none of their own")
        parser.add_argument("--issuer", required=True, help="the user in whose name it is done")

    def handle(self, *args: Any, **options: Any) -> None:
        order = order_of(options)
        issuer = User.objects.filter(username=options["issuer"]).first()
        if issuer is None or not has_role(issuer, Role.ISSUER, Role.ADMINISTRATOR):
            raise CommandError(f"{options['issuer']} is no issuer.")
        for path in options["files"]:
            try:
                batch = uploading.upload_staff(
                    path.read_bytes(), path.name, order, by=issuer, now=timezone.now()
                )
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from None
            except BadFile as bad:
                with translation.override("en"):
                    reason = wording.file_fault(bad.fault, bad.names)
                raise CommandError(f"{path}: {reason}") from None
            self.stdout.write(f"{path}: import {batch.pk}, at /desk/imports/{batch.pk}/")


def order_of(options: dict[str, Any]) -> StaffOrder:
    """What the permits are to be. Raises CommandError where the kind does not admit it."""
    kind = PermitKind.objects.filter(number=options["kind"]).first()
    if kind is None:
        raise CommandError(f"There is no kind {options['kind']}.")
    begins, ends = options["valid_from"], options["valid_until"]
    unmet = demands.unmet(demands_of(kind), of_no_person(begins, ends))
    if unmet:
        raise CommandError(f"Not possible: {', '.join(one.demand.value for one in unmet)}.")
    return StaffOrder(
        kind=kind,
        valid_from=begins,
        valid_until=ends,
        company=options["company"],
        purpose=options["purpose"],
    )


def moment(text: str) -> datetime:
    """A time of this site's zone. Raises ValueError, which argparse tells."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else timezone.make_aware(found)
