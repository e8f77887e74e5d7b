"""Who runs what the queue holds (tasks.py), and what is done again and again (rounds.py).

The queue itself is django-tasks-db's table.
"""

from django.db import models


class Worker(models.Model):
    """A process that runs tasks. It says now and then that it lives (worker.py)."""

    name = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """When a round is to be done next. Whichever worker moves `due_at` on does it."""

    name = models.CharField(max_length=120, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
