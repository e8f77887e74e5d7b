"""The officer's page and the supervisor's page. What happens on them goes over their sockets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from permits import labels
from permits.roles import Role, role_required
from scans.device_sessions import enrolled_where_asked
from scans.models import Checkpoint


@never_cache
@role_required(Role.OFFICER)
@enrolled_where_asked
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The checkpoint page."""
    checkpoints = [
        {
            "id": checkpoint.id,
            "name": checkpoint.name,
            "road": checkpoint.road,
            "lanes": [{"id": lane.id, "name": lane.name} for lane in checkpoint.lanes.all()],
        }
        for checkpoint in Checkpoint.objects.prefetch_related("lanes")
    ]
    context = {"checkpoints": checkpoints, "labels": labels.for_page()}
    return render(request, "scans/checkpoint.html", context)


@never_cache
@role_required(Role.SUPERVISOR)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The live dashboard."""
    return render(request, "scans/dashboard.html", {"labels": labels.for_page()})
