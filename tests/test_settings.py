from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pratique.errors import UsageError
from pratique.settings import (
    Settings,
    cache_folder,
    check_zone,
    database_folder,
    learnt_file,
    own_database,
    rfc3339,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_folders_follow_the_xdg_specification() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/pratique")
    assert cache_folder({"XDG_CACHE_HOME": ""}) == Path.home() / ".cache/pratique"
    assert own_database({"XDG_DATA_HOME": "/d"}) == Path("/d/pratique/db")
    assert own_database({}) == Path.home() / ".local/share/pratique/db"
    assert learnt_file({"XDG_DATA_HOME": "/d"}).parent == Path("/d/pratique")


def test_without_a_database_of_ones_own_the_starter_is_asked(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    assert (database_folder(environment) / "manifest.json").is_file()
    own = own_database(environment)
    own.mkdir(parents=True)
    (own / "manifest.json").touch()
    assert database_folder(environment) == own


def test_times_are_told_in_utc_to_the_second() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=14))) + timedelta(milliseconds=999)
    assert rfc3339(east) == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 11, 22), datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))],
)
def test_a_time_that_is_none_in_utc_is_refused(moment: datetime) -> None:
    check_zone(Settings(now=NOON))
    with pytest.raises(UsageError, match=str(moment.year)):
        check_zone(Settings(now=moment))
    with pytest.raises(UsageError, match=str(moment.year)):
        check_zone(Settings(now=NOON, as_of=moment))
