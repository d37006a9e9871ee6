"""The schema: migrations make exactly what schema.py says, in one step, and rooms refuse anything else."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from engine.errors import ConfigurationError
from engine.store import meta
from engine.store.database import Database
from engine.store.migrate import alembic_config, require_current, upgrade
from engine.store.revision import HEAD
from engine.store.schema import metadata
from tests.store.building import House


def test_a_migrated_database_equals_the_schema(house: House) -> None:
    with house.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        tables = set(inspect(connection).get_table_names())
    assert tables - {"alembic_version"} == set(metadata.tables)


def test_partial_indexes_are_partial(house: House) -> None:
    with house.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%WHERE%'").all()
    expected = {str(index.name) for table in metadata.tables.values() for index in table.indexes if partial(index)}
    assert {name for name, _ in rows} == expected


def partial(index: object) -> bool:
    options = getattr(index, "dialect_options", {})
    return options["sqlite"].get("where") is not None


def test_the_head_that_rooms_ask_for_is_the_newest_migration(house: House) -> None:
    with house.database.read() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [HEAD]


def test_migrating_again_changes_nothing_and_keeps_the_instance(house: House) -> None:
    with house.database.read() as connection:
        before = meta.instance(connection)
    upgrade(house.database)
    with house.database.read() as connection:
        assert meta.instance(connection) == before
    require_current(house.database)


def test_an_empty_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    with pytest.raises(ConfigurationError, match=r"no tables yet.*slipway admin migrate"):
        require_current(database)
    database.close()


def test_another_revision_is_refused_by_name(house: House) -> None:
    with house.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(ConfigurationError, match=f"at revision 0099, this version of Slipway needs {HEAD}"):
        require_current(house.database)


def test_migrations_go_down_again(house: House) -> None:
    with house.database.write() as connection:
        command.downgrade(alembic_config(connection), "base")
    with house.database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_migration_that_breaks_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/taken.sqlite3")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE previews (id TEXT)")
    with pytest.raises(Exception, match="previews already exists"):
        upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["previews"]
    database.close()
