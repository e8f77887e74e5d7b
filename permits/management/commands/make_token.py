"""`manage.py make_token USER NAME SCOPE...`: a token of the API, printed once."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from permits.scopes import Scope
from permits.services.tokens import make_token


class Command(BaseCommand):
    help = "Makes a token of the API for a user and prints it: it is not kept anywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="whose role it acts with")
        parser.add_argument("name", help="what it is for")
        parser.add_argument("scopes", nargs="+", choices=[scope.value for scope in Scope])
        parser.add_argument("--days", type=int, help="how long it is good; without, for ever")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError("There is no such user.")
        now = timezone.now()
        days = options["days"]
        _token, text = make_token(
            user=user,
            name=options["name"],
            scopes=[Scope(code) for code in options["scopes"]],
            now=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
        self.stdout.write(text)
