"""Runs migrations, up and down, over a connection of the role that owns the tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event

from faultline.platform.database.dialect import dialect_of, prepare_sqlite


def migrate(url: str, scripts: Path, *, to: str = "head", app_role: str | None = None) -> None:
    """Bring the database to a revision.

    Args:
        url: of the database, as the role that owns the tables.
        scripts: the folder with `env.py` and `versions/`.
        to: a revision, `head`, or `base` for nothing.
        app_role: the role that the service connects as, on a database that has roles; it is granted what it needs.

    """
    dialect = dialect_of(url)
    if dialect.name == "sqlite":
        Path(str(dialect.sync_url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(dialect.sync_url)
    if dialect.name == "sqlite":
        event.listen(engine, "connect", prepare_sqlite)
    try:
        with engine.connect() as connection:
            config = _config(scripts)
            config.attributes["connection"] = connection
            config.attributes["app_role"] = app_role
            current = MigrationContext.configure(connection).get_current_revision()
            connection.rollback()
            ahead = to == "head" or _is_ahead(config, current, to)
            (command.upgrade if ahead else command.downgrade)(config, to)
    finally:
        engine.dispose()


def revisions(scripts: Path) -> list[str]:
    """All revisions, oldest first."""
    found = [script.revision for script in ScriptDirectory.from_config(_config(scripts)).walk_revisions()]
    return found[::-1]


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _is_ahead(config: Config, current: str | None, to: str) -> bool:
    known = ["base", *(s.revision for s in reversed(list(ScriptDirectory.from_config(config).walk_revisions())))]
    return known.index(to) > known.index(current or "base")
