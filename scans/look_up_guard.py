"""The database's own guard of the access log: no row is changed, none removed within a year.

Triggers, so that it holds for whoever has the site's database login too. Whoever may drop a trigger
can get around them, and the chain shows it (look_up_chain.py). SQLite loses them where a migration
makes the table anew: such a migration must call `put_up` again. The doctor looks whether they are
there.
"""

from typing import Any

DAYS = 365
TABLE = "scans_lookup"
NEVER_CHANGED, KEPT_A_YEAR, NOT_EMPTIED = (
    "look_up_never_changed",
    "look_up_kept_a_year",
    "look_up_not_emptied",
)

SQLITE = {
    NEVER_CHANGED: f"""
        CREATE TRIGGER {NEVER_CHANGED} BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'a look-up is never changed'); END""",
    KEPT_A_YEAR: f"""
        CREATE TRIGGER {KEPT_A_YEAR} BEFORE DELETE ON {TABLE}
        WHEN OLD.made_at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-{DAYS} days')
        BEGIN SELECT RAISE(ABORT, 'a look-up is kept for a year'); END""",
}
FUNCTION = f"""
    CREATE OR REPLACE FUNCTION look_up_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.made_at < now() - interval '{DAYS} days' THEN
            RETURN OLD;
        END IF;
        IF TG_OP = 'TRUNCATE' AND NOT EXISTS (
            SELECT FROM {TABLE} WHERE made_at >= now() - interval '{DAYS} days'
        ) THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'a look-up is never changed, and kept for a year'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
POSTGRESQL = {
    NEVER_CHANGED: f"""
        CREATE TRIGGER {NEVER_CHANGED} BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION look_up_stays()""",
    KEPT_A_YEAR: f"""
        CREATE TRIGGER {KEPT_A_YEAR} BEFORE DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION look_up_stays()""",
    NOT_EMPTIED: f"""
        CREATE TRIGGER {NOT_EMPTIED} BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION look_up_stays()""",
}


def put_up(database: Any) -> None:
    """Make the triggers that are missing. `database` is a connection of Django's."""
    there = set(standing(database))
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, statement in _wanted(database).items():
            if name not in there:
                cursor.execute(statement)


def standing(database: Any) -> list[str]:
    """The names of the triggers that are there, and switched on."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s)"
                " AND NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY tgname",
                [TABLE],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
                " ORDER BY name",
                [TABLE],
            )
        return [name for (name,) in cursor.fetchall()]


def missing(database: Any) -> list[str]:
    """The names of those that should be there and are not."""
    return sorted(set(_wanted(database)) - set(standing(database)))


def _wanted(database: Any) -> dict[str, str]:
    return POSTGRESQL if database.vendor == "postgresql" else SQLITE
