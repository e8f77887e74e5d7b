"""What stands in deploy/ fits together, and fits the site."""

import json
import os
import re
import stat
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from checkpoint_site import setting_checks
from checkpoint_site.servers import PING_EVERY_SECONDS, PONG_WITHIN_SECONDS
from tests.deployment.proxies import find

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
STOP_SECONDS = 10  # the setting's default
JOBS = ("migrate", "backup", "prune")
OURS = ("site-1", "site-2", "worker", *JOBS)


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


SERVICES: dict[str, dict[str, Any]] = compose()["services"]


def known_settings() -> set[str]:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "docs/operating.md").read_text(), re.MULTILINE)
    return set(re.findall(r"`([A-Z_]+)`", " ".join(rows)))


def environments() -> list[tuple[str, str]]:
    """Where a file of deploy/ sets a variable for the site, and its name."""
    found = [(service, name) for service in OURS for name in SERVICES[service]["environment"]]
    example = (DEPLOY / "checkpoint.env.example").read_text()
    found += [
        ("example", name) for name in re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)
    ]
    image = re.findall(
        r"^(?:ENV|   ) ([A-Z_]+)=", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE
    )
    found += [("image", name) for name in image if not name.startswith(("PATH", "PYTHON"))]
    return found


def test_what_is_looked_for_is_found() -> None:
    assert {"SECRET_KEY", "STATIC_DIR", "TRUSTED_PROXIES"} <= known_settings()
    assert {place for place, _name in environments()} == {*OURS, "example", "image"}


@pytest.mark.parametrize(("place", "name"), environments())
def test_every_variable_is_a_setting(place: str, name: str) -> None:
    assert name.removesuffix("_FILE") in known_settings()


def test_every_command_is_one_of_the_site() -> None:
    units = [unit.read_text() for unit in (DEPLOY / "systemd").glob("*.service")]
    commands = {*re.findall(r"^ExecStart=.*/entrypoint (\S+)", "\n".join(units), re.MULTILINE)}
    commands |= {SERVICES[name].get("command", ["serve"])[0] for name in OURS}
    assert commands == {"serve", "run_tasks", "migrate", "backup", "prune"}
    assert commands - {"serve"} <= set(get_commands())


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_do_nothing_that_it_need_not(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]
    assert "healthcheck" in service or name in JOBS


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert compose()["networks"]["inside"] == {"internal": True}
    outside = [name for name, service in SERVICES.items() if "outside" in service["networks"]]
    assert outside == ["caddy"]


def test_what_the_containers_share_is_declared() -> None:
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(compose()["secrets"])
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert {name for name in named if not name.startswith(".")} <= set(compose()["volumes"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
    servers = [name for name in SERVICES if name.startswith("site-")]
    upstreams = SERVICES["caddy"]["environment"]["UPSTREAMS"].split()
    assert upstreams == [f"{name}:8000" for name in servers]


def seconds(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(s|m|h|)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"s": 1, "": 1, "m": 60, "h": 3600}[unit]


def test_whoever_stops_a_process_waits_until_it_is_done() -> None:
    for name in ("site-1", "site-2"):
        leaves = float(SERVICES[name]["environment"]["LEAVE_SECONDS"])
        assert seconds(SERVICES[name]["stop_grace_period"]) > leaves + STOP_SECONDS + 5
    unit = (DEPLOY / "systemd" / "checkpoint@.service").read_text()
    [waits] = re.findall(r"^TimeoutStopSec=(\S+)$", unit, re.MULTILINE)
    assert seconds(waits) > STOP_SECONDS + 5


def test_a_silent_socket_is_closed_by_the_server_and_not_by_the_proxy() -> None:
    nginx = (DEPLOY / "nginx" / "checkpoint.conf").read_text()
    sockets = nginx[nginx.index("location /ws/") :]
    for name in ("proxy_read_timeout", "proxy_send_timeout"):
        [waits] = re.findall(rf"{name} (\w+);", sockets)
        assert seconds(waits) > PING_EVERY_SECONDS + PONG_WITHIN_SECONDS
    for proxy in handlers("reverse_proxy"):
        assert "stream_timeout" not in proxy
        assert not {"read_timeout", "write_timeout"} & set(proxy["transport"])


def handlers(name: str) -> list[dict[str, Any]]:
    """What the Caddyfile makes of this directive."""
    config = ["--config", str(DEPLOY / "caddy" / "Caddyfile"), "--adapter", "caddyfile"]
    adapted = subprocess.run([find("caddy"), "adapt", *config], capture_output=True, check=True)
    found: list[dict[str, Any]] = []

    def take(part: dict[str, Any]) -> dict[str, Any]:
        if part.get("handler") == name:
            found.append(part)
        return part

    json.loads(adapted.stdout, object_hook=take)
    assert found
    return found


def make_secrets(folder: Path) -> dict[str, str]:
    subprocess.run(["sh", str(DEPLOY / "make-secrets"), str(folder)], check=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_the_secrets_are_made_once_and_fit_together(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets(folder)
    assert set(made) == {os.path.basename(s["file"]) for s in compose()["secrets"].values()}
    assert len(made["secret_key"]) >= 50
    assert made["database_url"] == (
        f"postgres://checkpoint:{made['postgres_password']}@postgres:5432/checkpoint"
    )
    setting_checks.database_url(made["database_url"])
    assert make_secrets(folder) == made
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
