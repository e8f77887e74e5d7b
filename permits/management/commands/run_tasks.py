"""`manage.py run_tasks`: a worker for what the site does in the background."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from permits.worker import TaskRunner


class Command(BaseCommand):
    help = "Run the tasks of the queue, until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-empty", action="store_true", help="end when there is nothing to do"
        )
        parser.add_argument(
            "--with-parent",
            type=int,
            default=0,
            metavar="PID",
            help="end when the process that started it has ended",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        runner = TaskRunner(parent=options["with_parent"])
        if options["until_empty"]:
            runner.run_all()
        else:
            runner.run()
