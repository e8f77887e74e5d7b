"""What the site does in the background: is there somebody who does it?"""

from collections.abc import Iterator

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from permits import worker

START = "systemctl enable --now checkpoint-worker, or: python manage.py run_tasks"


def look() -> Iterator[Finding]:
    """Workers, what waits for them, and what failed."""
    rows = DBTaskResult.objects
    yield judge_workers(len(worker.living()), rows.ready().count())
    day = timezone.now() - worker.FORGOTTEN_AFTER
    yield judge_failures(rows.failed().filter(finished_at__gte=day).count())


def judge_workers(living: int, waiting: int) -> Finding:
    """Imports and messages to other systems stand still without one."""
    if living:
        return ok(f"Workers: {living}. Tasks that wait: {waiting}.")
    if waiting:
        return wrong(f"No worker runs, and {waiting} tasks wait.", START)
    return warning("No worker runs: imports would wait.", START)


def judge_failures(failed: int) -> Finding:
    """Tasks that were given up in the last day."""
    if failed:
        return warning(
            f"Tasks that failed in the last day: {failed}.",
            'Look for "a task failed" in the worker\'s log.',
        )
    return ok("No task has failed in the last day.")
