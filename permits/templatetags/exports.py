"""The links by which a page offers its tables."""

from typing import Any

from django import template

register = template.Library()
# What says which part of a table a page shows: an export has all of it.
PARTS = ("page", "after", "after_id", "export")


@register.inclusion_tag("permits/exports.html", takes_context=True)
def export_links(context: dict[str, Any], name: str, label: str = "") -> dict[str, Any]:
    """Links to a table of this page as CSV, XLSX and PDF, with the filters that it shows."""
    asked = context["request"].GET.copy()
    for part in PARTS:
        asked.pop(part, None)
    links = []
    for ending in ("csv", "xlsx", "pdf"):
        asked["export"] = f"{name}.{ending}"
        links.append((ending.upper(), f"?{asked.urlencode()}"))
    return {"links": links, "label": label, "name": name}
