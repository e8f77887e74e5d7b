"""Static files that another release collects while this process runs."""

from contextlib import closing
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from checkpoint_site.static_files import StaticFilesMiddleware

# A file that was answered with tells Django so, which looks at the connections that are open.
pytestmark = pytest.mark.django_db


def page_not_found(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "old.css").write_text("old")
    (tmp_path / "secret.css").write_text("secret")
    return tmp_path / "static"


def get(middleware: StaticFilesMiddleware, path: str) -> HttpResponseBase:
    return middleware(RequestFactory().get(path))


def content(response: HttpResponseBase) -> bytes:
    assert isinstance(response, FileResponse)
    with closing(response):
        return response.getvalue()


def test_a_file_that_came_after_the_start_is_found(folder: Path) -> None:
    middleware = StaticFilesMiddleware(page_not_found)
    assert get(middleware, "/static/new.css").status_code == 404
    (folder / "new.css").write_text("new")
    for _again in range(2):
        assert content(get(middleware, "/static/new.css")) == b"new"
    assert content(get(middleware, "/static/old.css")) == b"old"


@pytest.mark.parametrize(
    "path",
    ["/static/../secret.css", "/static//secret.css", "/secret.css", "/static/", "/static/none.css"],
)
def test_nothing_else_is(folder: Path, path: str) -> None:
    assert get(StaticFilesMiddleware(page_not_found), path).status_code == 404
