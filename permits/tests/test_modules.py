"""A page names its modules to the browser at once: all of them, and none that it may not need."""

from pathlib import Path

import pytest
from django.conf import settings

from permits.templatetags.modules import modules_of, preload_modules

JS = Path(settings.BASE_DIR) / "static" / "js"


def test_what_is_imported_by_what_is_imported_is_named_once() -> None:
    names = modules_of("js/dashboard.js")
    assert names[0] == "js/dashboard.js"
    assert {"js/board_table.js", "js/board_cells.js", "js/protocol.js"} <= {*names}
    assert len(names) == len({*names})
    links = str(preload_modules("js/dashboard.js", "js/wall.js"))
    assert links.count('<link rel="modulepreload" href="/static/js/dashboard.') == 1
    assert links.count("/static/js/elements.") == 1


def test_what_is_imported_on_demand_is_not() -> None:
    assert not [name for name in modules_of("js/checkpoint.js") if "vendor" in name]


@pytest.mark.parametrize("entry", sorted(path.name for path in JS.glob("*.js")))
def test_every_import_is_a_file(entry: str) -> None:
    assert modules_of(f"js/{entry}")


def test_a_module_that_is_not_there_is_no_silence() -> None:
    with pytest.raises(LookupError, match="no_such"):
        modules_of("js/no_such.js")
