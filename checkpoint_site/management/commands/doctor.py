"""`manage.py doctor`: tests an installation, and says in plain words what is wrong."""

import json
import textwrap
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checkpoint_site.doctor.examination import Line, examine
from checkpoint_site.doctor.finding import Level

WIDTH = 100


class Command(BaseCommand):
    help = "Test this installation. Exit code 1 where something is wrong."
    requires_system_checks: list[str] = []  # they are among what is looked at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a program to read")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = []
        for line in examine():
            lines.append(line)
            if not options["json"]:
                self.stdout.write(for_people(line))
        if options["json"]:
            self.stdout.write(json.dumps([as_object(line) for line in lines], indent=2))
        wrong = sum(line.finding.level is Level.WRONG for line in lines)
        warnings = sum(line.finding.level is Level.WARNING for line in lines)
        if wrong:
            raise CommandError(f"{wrong} things are wrong, {warnings} are worth a look.")
        self.stderr.write(f"Nothing is wrong; {warnings} things are worth a look.")


def for_people(line: Line) -> str:
    """What was found and, below it, what to do."""
    finding = line.finding
    head = f"{finding.level.value:<8} {line.subject:<11} "
    indent = " " * len(head)
    text = textwrap.fill(
        finding.says, WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False
    )
    return f"{text}\n{indent}-> {finding.do}" if finding.do else text


def as_object(line: Line) -> dict[str, str]:
    """The same for a program."""
    finding = line.finding
    return {
        "subject": line.subject,
        "level": finding.level.value,
        "says": finding.says,
        "do": finding.do,
    }
