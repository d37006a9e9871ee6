"""The schema: migrations make exactly what schema.py says, in one step, and rooms refuse anything else."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from engine.errors import ConfigurationError
from engine.store import meta
from engine.store.migrate import alembic_config, require_current, upgrade
from engine.store.revision import HEAD
from engine.store.schema import metadata
from tests.databases import Databases
from tests.store.building import House


def test_a_migrated_database_equals_the_schema(house: House) -> None:
    with house.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        tables = set(inspect(connection).get_table_names())
    assert tables - {"alembic_version"} == set(metadata.tables)


def test_partial_indexes_are_partial(house: House) -> None:
    kind = house.database.dialect.name
    with house.database.read() as connection:
        made = inspect(connection)
        found = {
            str(index["name"])
            for table in metadata.tables
            for index in made.get_indexes(table)
            if index.get("dialect_options", {}).get(f"{kind}_where") is not None
        }
    assert found == {
        str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[kind].get("where") is not None
    }


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


def test_an_empty_database_is_refused_with_what_to_do(databases: Databases) -> None:
    with pytest.raises(ConfigurationError, match=r"no tables yet.*slipway admin migrate"):
        require_current(databases.bare())


def test_another_revision_is_refused_by_name(own_house: House) -> None:
    with own_house.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(ConfigurationError, match=f"at revision 0099, this version of Slipway needs {HEAD}"):
        require_current(own_house.database)


def test_migrations_go_down_again_and_up(own_house: House) -> None:
    with own_house.database.write() as connection:
        command.downgrade(alembic_config(connection), "base")
    with own_house.database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(own_house.database)
    require_current(own_house.database)


def test_each_migration_can_be_taken_back_and_made_again(own_house: House) -> None:
    with own_house.database.write() as connection:
        config = alembic_config(connection)
        for revision in list(ScriptDirectory.from_config(config).walk_revisions()):
            command.downgrade(config, "-1")
            command.upgrade(config, revision.revision)
            command.downgrade(config, "-1")


def test_a_migration_that_breaks_leaves_the_database_as_it_was(databases: Databases) -> None:
    database = databases.bare()
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE previews (id TEXT)")
    with pytest.raises(Exception, match=r'previews"? already exists'):
        upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["previews"]
