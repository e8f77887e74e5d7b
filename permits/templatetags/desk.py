"""What the desk's templates need besides."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key that is known only when the page is made."""
    return table[key]
