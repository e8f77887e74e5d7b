"""`manage.py decode`: one JSON line for each file, and an error code for what is no picture."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scans.tests.pictures import draw


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "hai mã.jpg"
    path.write_bytes(draw("Đặng", "https://example.com", size=(1280, 720)))
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_the_file_its_payloads_and_the_time(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("decode", "--json", str(picture))
    [line] = lines(capsys)

    assert list(line) == ["file", "payloads", "ms"]
    assert line["file"] == str(picture)
    assert sorted(line["payloads"]) == ["https://example.com", "Đặng"]
    assert line["ms"] > 0


def test_names_and_payloads_stand_in_plain_utf_8(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("decode", "--json", str(picture))

    assert "Đặng" in capsys.readouterr().out


def test_a_picture_without_a_code_has_no_payloads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "road.png").write_bytes(draw(form="PNG"))
    call_command("decode", "--json", str(tmp_path / "road.png"))
    [line] = lines(capsys)

    assert line["payloads"] == []
    assert "error" not in line


def test_the_same_code_twice_is_one_payload(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "twice.png").write_bytes(draw("same", "same", form="PNG", size=(1280, 720)))
    call_command("decode", "--json", str(tmp_path / "twice.png"))

    assert lines(capsys)[0]["payloads"] == ["same"]


def test_bad_files_have_a_code_and_the_good_ones_are_read_all_the_same(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text("not a picture")
    files = [tmp_path / "note.txt", tmp_path / "missing.jpg", tmp_path, picture]
    with pytest.raises(CommandError, match="3 of 4 files"):
        call_command("decode", "--json", *map(str, files))
    found = lines(capsys)

    assert [line["file"] for line in found] == [str(file) for file in files]
    assert [line.get("error") for line in found] == [
        "not_an_image",
        "unreadable_file",
        "unreadable_file",
        None,
    ]
    assert [len(line["payloads"]) for line in found] == [0, 0, 0, 2]
    assert all("ms" in line for line in found)


def test_it_leaves_with_an_error_for_the_shell(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        call_command("decode", str(tmp_path / "missing.jpg"))

    assert raised.value.returncode != 0


def test_without_json_it_is_for_the_eye(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("decode", str(picture))
    printed = capsys.readouterr().out

    assert printed.startswith(f"{picture}: ")
    assert "https://example.com" in printed


def test_it_wants_a_file() -> None:
    with pytest.raises(CommandError, match="FILE"):
        call_command("decode")
