"""Red Hat's list of repositories as a shard, and images whose content sets only it explains
(https://redhatproductsecurity.github.io/security-data-guidelines/scanning-vendors/)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.errors import Unreadable
from pratique.model import Channel, Distro
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.ground import stand
from vuln.feeds import TODAY, fixed, record, write

NOW = datetime(2026, 1, 10, tzinfo=UTC)
LIST = {
    "data": {
        "rhel-7-server-eus-rpms__7_DOT_7": {"cpes": ["cpe:/o:redhat:rhel_eus:7.7::server"]},
        "jb-eap-7.4-for-rhel-8-x86_64-rpms": {"cpes": ["cpe:/a:redhat:jboss_enterprise_application_platform:7.4::el8"]},
        "nothing": {"cpes": []},
    },
    "last_updated": TODAY,
}
LAYERED = "jboss_enterprise_application_platform:7.4::el8"


def source(folder: Path, text: str) -> Path:
    records = [
        record("CVE-1", "x", *fixed("1-1"), ecosystem=f"Red Hat:{release}")
        for release in ("enterprise_linux:8::baseos", LAYERED)
    ]
    for number, each in enumerate(records):
        each["id"] = f"CVE-2026-{number}"
    write(folder, {"Red Hat": records})
    (folder / "redhat").mkdir()
    (folder / "redhat" / "repository-to-cpe.json").write_text(text)
    return folder


def test_the_releases_of_content_sets(tmp_path: Path) -> None:
    build(source(tmp_path / "feeds", json.dumps(LIST)), tmp_path / "db")
    with Database.open(tmp_path / "db") as database:
        shard = database.shard("repositories", "repositories")
        assert shard is not None
        assert (shard.facts.records, shard.facts.date) == (2, TODAY)
        names = ["jb-eap-7.4-for-rhel-8-x86_64-rpms", "nothing", "unheard-of"]
        assert shard.served(names) == {names[0]: (LAYERED,)}
        channel = Channel("rpm", names[0])
        ground = stand(Distro("rhel", "8.9"), [], database, NOW, [channel])
        assert LAYERED in {name for stream in ground.streams for rank in stream.ranks for name in rank}
        without = stand(Distro("rhel", "8.9"), [], database, NOW)
        assert LAYERED not in {name for stream in without.streams for rank in stream.ranks for name in rank}


@pytest.mark.parametrize("text", ["", "[]", '{"data": {}}', '{"data": {"a": {"cpes": ["nonsense"]}}}'])
def test_what_is_no_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable):
        build(source(tmp_path / "feeds", text), tmp_path / "db")
