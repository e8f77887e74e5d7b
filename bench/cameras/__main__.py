"""`python -m bench.cameras`: put a site under load, and say what became of it."""

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from bench.cameras import options, pictures, report, scene, site
from bench.cameras.compare import Comparison, compare
from bench.cameras.options import Options
from bench.cameras.plan import Plan, Progress
from bench.cameras.run import RunError, run
from bench.cameras.tally import Tally
from bench.datasets import CACHE, DATA_DIR

if TYPE_CHECKING:
    from bench.cameras.database import Database

DRAWN = CACHE / "cameras"
SOUND, UNSOUND, NOT_RUN = 0, 1, 2


class NotRun(Exception):
    """Why nothing was run, in words for whoever started it."""


def main(arguments: list[str]) -> int:
    """Run, report, and return the exit status."""
    chosen = options.parse(arguments, DATA_DIR)
    try:
        return _run(chosen)
    except (NotRun, site.SiteError, RunError, pictures.Undrawable) as error:
        _say(f"bench.cameras: {error}")
    except KeyboardInterrupt:
        _say("bench.cameras: ended before it began")
    return NOT_RUN


def _run(chosen: Options) -> int:
    entry = site.enter(chosen.address, chosen.user, chosen.password)
    database = _database(chosen.user, entry.places) if chosen.database else None
    plan = _plan(chosen, entry, _codes(chosen))
    _say_plan(chosen, plan)
    tally = run(plan, processes=chosen.processes, on_progress=_say_progress)
    comparison = _compare(tally, database)
    known = report.figures(tally, comparison)
    for line in report.lines(known, cameras=chosen.cameras, is_paced=chosen.rate > 0):
        print(line)
    if chosen.json:
        chosen.json.write_text(json.dumps(_for_machines(chosen, known), indent=1) + "\n")
    if database is not None and comparison is None:
        print("The run could not be compared with the database.")
        return UNSOUND
    if known["is_sound"]:
        print("Nothing was lost, and nothing doubled.")
        return SOUND
    print("Something was lost or doubled: see above.")
    return UNSOUND


def _database(user: str, places: tuple[site.Place, ...]) -> "Database":
    """The site's own. Its module reads the settings, which only this option needs."""
    try:
        from bench.cameras.database import Database, WrongDatabase
    except (ImproperlyConfigured, EnvError) as error:
        raise NotRun(f"--database needs the site's own environment: {error}") from None
    try:
        return Database(user, places)
    except WrongDatabase as error:
        raise NotRun(f"the database of DATABASE_URL or DATA_DIR: {error}") from None


def _codes(chosen: Options) -> list[str]:
    if chosen.codes is None:
        return pictures.made_up_codes(chosen.distinct)
    try:
        return options.read_codes(chosen.codes, chosen.distinct)
    except (OSError, ValueError) as error:
        raise NotRun(f"--codes {chosen.codes}: {error}") from None


def _plan(chosen: Options, entry: site.Entry, codes: list[str]) -> Plan:
    shown = codes if scene.SHOWING_CODES & set(scene.SCENES[chosen.scene]) else []
    drawn = pictures.draw(shown, pictures.SIZES[chosen.size], DRAWN, say=_say)
    return Plan(
        address=chosen.address,
        cookie=entry.cookie,
        places=entry.places,
        scene=chosen.scene,
        cameras=chosen.cameras,
        rate=chosen.rate,
        seconds=chosen.seconds,
        codes=tuple(codes),
        pictures=drawn,
    )


def _say_plan(chosen: Options, plan: Plan) -> None:
    seen = ", ".join(f"{n} {role}" for role, n in report.roles(plan.scene, plan.cameras).items())
    pace = f"{plan.rate:g}/s each" if plan.rate else "as fast as answers come"
    _say(
        f"{plan.cameras} cameras ({seen}), {pace}, for {plan.seconds:g} s, as {chosen.user}"
        f" at {plan.address.origin}"
    )
    if plan.cameras > len(plan.places):
        _say(f"the site has {len(plan.places)} lane sides: several cameras share one")
    if plan.scene != "idle":
        kind = "made up: none is let pass" if chosen.codes is None else "given"
        _say(f"{len(plan.codes):,} codes, {kind}")


def _say_progress(so_far: Progress) -> None:
    _say(
        f"{so_far.seconds:5.0f} s: {so_far.served:,} lanes open,"
        f" {so_far.frames:,} frames, {so_far.checks:,} checks, {so_far.errors:,} errors"
    )


def _compare(tally: Tally, database: "Database | None") -> Comparison | None:
    """None where there is nothing to compare with, or no more."""
    if database is None:
        return None
    from django.db import DatabaseError

    try:
        return compare(tally, database.scans(tally))
    except DatabaseError as error:
        _say(f"bench.cameras: {error}")
        return None


def _for_machines(chosen: Options, known: dict[str, Any]) -> dict[str, Any]:
    """The figures with what they are of. Neither a password nor a code is in it."""
    asked = {
        "url": chosen.address.origin,
        "cameras": chosen.cameras,
        "scene": chosen.scene,
        "rate": chosen.rate,
        "seconds": chosen.seconds,
        "size": chosen.size,
        "processes": chosen.processes,
        "signed_codes": chosen.codes is not None,
    }
    return {"asked": asked, **known}


def _say(line: str) -> None:
    """Beside the report, which goes to the standard output."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
