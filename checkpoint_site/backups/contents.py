"""What is in a database: its migrations, and how many rows its tables have."""

from collections.abc import Iterable

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from checkpoint_site.dependencies import last_migrations

# Filled by the migrations themselves: rows in them are nobody's data.
SEEDED = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "permits_permitkind",
    "permits_policyrow",
}


def tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Our tables that this database has, in order."""
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return sorted(ours & set(connection.introspection.table_names()))


def count(connection: BaseDatabaseWrapper, names: Iterable[str]) -> dict[str, int]:
    """The rows of each of these tables."""
    counts = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
    return counts


def has_data(connection: BaseDatabaseWrapper) -> bool:
    """Whether there is anything that a restore would take away."""
    for name in tables(connection):
        if name in SEEDED:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                return True
    return False


def unknown_migrations(applied: Iterable[tuple[str, str]]) -> list[str]:
    """Those of these migrations that this code does not have, as `app.name`."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [f"{app}.{name}" for app, name in applied if (app, name) not in known]


def missing_migrations(applied: Iterable[tuple[str, str]]) -> bool:
    """Whether this code has migrations that are not among these."""
    return not last_migrations() <= {*applied}
