"""The ES modules that a page needs, named to the browser at once.

A browser finds what a module imports only when it has it: a page of twenty modules would wait for
four answers one after the other.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
# A line of an import or the last one of it. What is imported later, on demand, begins otherwise.
IMPORTED = re.compile(r'^(?:import|export|\})[^"\n]*"(\.{1,2}/[^"\n]+)"', re.MULTILINE)


@register.simple_tag
def preload_modules(*entries: str) -> SafeString:
    """Links for `<head>` to these modules and all that they import, each once."""
    names = dict.fromkeys(name for entry in entries for name in modules_of(entry))
    links = ((static(name),) for name in names)
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)


@cache
def modules_of(entry: str) -> tuple[str, ...]:
    """A module and all that it imports, the nearest first. Raises LookupError for no module."""
    found = {entry: None}
    for name in (queue := [entry]):
        for imported in _imports_of(name):
            if imported not in found:
                found[imported] = None
                queue.append(imported)
    return tuple(found)


def _imports_of(name: str) -> Iterator[str]:
    path = finders.find(name)
    if path is None:
        raise LookupError(f"no module {name}")
    for address in IMPORTED.findall(Path(path).read_text()):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
