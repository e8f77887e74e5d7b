"""The page that shows, without a network, the codes that a phone has kept; and what it needs.

The codes themselves never come from here: static/js/kept_codes.js keeps them on the phone.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from permits import selectors


@require_safe
@cache_control(no_cache=True)
def my_code(request: HttpRequest) -> HttpResponse:
    """The same empty page for everybody: its script fills it in from the phone."""
    return render(request, "permits/my_code.html")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, at the site's root, so that its scope may be /permits/ and /my-code/."""
    return render(request, "permits/service_worker.js", content_type="text/javascript")


# It changes nothing, and the page may be older than the session's token.
@csrf_exempt
@require_POST
def standing(request: HttpRequest) -> JsonResponse:
    """Whether a kept code still stands: `good`, or `gone` when its permit was withdrawn.

    Asked with the code itself, which is signed: who does not have it learns nothing. By POST, so
    that the code is in no log of addresses. An expired permit is `good`: the page knows the time.
    """
    stands = selectors.code_stands(request.POST.get("code", ""))
    response = JsonResponse({"standing": "good" if stands else "gone"})
    response["Cache-Control"] = "no-store"
    return response
