"""The scripts of deploy/systemd, with a systemctl that only writes down what it is told."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> {said}
case "$1" in
  list-units) printf 'checkpoint@8001.service loaded active\\ncheckpoint@8002.service loaded\\n' ;;
  start) exit {migrates} ;;
esac
"""


class Machine:
    """A machine with two releases, the old one serving."""

    def __init__(self, folder: Path, *, migrates: int) -> None:
        self.folder, self._said = folder, folder / "said"
        self._said.touch()
        self._program("systemctl", SYSTEMCTL.format(said=self._said, migrates=migrates))
        self._program("checkpoint-restart", (SCRIPTS / "checkpoint-restart").read_text())
        for name in ("old", "new"):
            for program in ("deploy/entrypoint", ".venv/bin/python"):
                self._program(f"{name}/{program}", "#!/bin/sh\n")
        (folder / "current").symlink_to(folder / "old")

    def _program(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def upgrade(self, *arguments: str) -> int:
        """Run checkpoint-upgrade, and return its code."""
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "CHECKPOINT_HOME": str(self.folder),
        }
        command = ["sh", str(SCRIPTS / "checkpoint-upgrade"), *arguments]
        return subprocess.run(command, env=environment, check=False).returncode

    @property
    def serves(self) -> str:
        """The release that `current` leads to."""
        return (self.folder / "current").resolve().name

    @property
    def told(self) -> list[str]:
        """What systemctl was told."""
        return self._said.read_text().splitlines()


def test_an_upgrade_migrates_and_then_restarts_one_process_after_the_other(tmp_path: Path) -> None:
    machine = Machine(tmp_path, migrates=0)
    assert machine.upgrade(str(tmp_path / "new")) == 0
    assert machine.serves == "new"
    assert machine.told == [
        "start checkpoint-migrate.service",
        "list-units checkpoint@*.service --plain --no-legend",
        "restart checkpoint@8001.service",
        "restart checkpoint@8002.service",
        "try-restart checkpoint-worker.service",
    ]


def test_where_the_database_cannot_be_migrated_the_old_release_goes_on(tmp_path: Path) -> None:
    machine = Machine(tmp_path, migrates=1)
    assert machine.upgrade(str(tmp_path / "new")) == 1
    assert machine.serves == "old"
    assert machine.told == ["start checkpoint-migrate.service"]


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["empty"]])
def test_what_is_no_release_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    machine = Machine(tmp_path, migrates=0)
    (tmp_path / "empty").mkdir()
    assert machine.upgrade(*(str(tmp_path / name) for name in arguments)) != 0
    assert machine.serves == "old"
    assert machine.told == []
