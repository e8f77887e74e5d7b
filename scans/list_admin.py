"""Lists in the admin of what the checkpoints recorded."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from permits.read_only_admin import ReadOnlyAdmin
from scans import replica


class ListAdmin(ReadOnlyAdmin):
    """What the checkpoints recorded: read from the replica where there is one."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).using(replica.alias())
