"""Programs that no package manager owns, asked of NVD by their CPE."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.errors import UsageError
from pratique.model import Distro, Inventory, Package
from pratique.vuln.build import build
from pratique.vuln.by_cpe import Program, program
from pratique.vuln.carry_stock import needs
from pratique.vuln.database import Database
from pratique.vuln.match import Matches, match
from pratique.vuln.search import search
from vuln.feeds import NOW, fixed, record, write


def cpe(product: str, version: str = "*", update: str = "*", target: str = "*", part: str = "a") -> str:
    return f"cpe:2.3:{part}:{product}:{version}:{update}:*:*:*:{target}:*:*"


def binary(version: str, name: str = "acme:server", target: str = "*", owner: str = "") -> Package:
    return Package("generic", name, version, cpe=cpe(name, version, target=target), path="opt/x", owner=owner)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (cpe("acme:server", "1.0"), Program(("acme:server",), "1.0")),
        (cpe("acme:server", "1.0", "rc1"), Program(("acme:server",), "1.0-rc1")),
        (cpe("acme:server", "1.0", "-"), Program(("acme:server",), "1.0")),
        (cpe("acme:server", "1.*"), Program(("acme:server",), "7")),
        (cpe("acme:server"), Program(("acme:server",), "7")),
        (cpe("acme:server", "-"), Program(("acme:server",), "7")),
        (cpe("acme:server", "1.0", target="linux"), Program(("acme:server",), "1.0")),
        (cpe("acme:server", "1.0", target="node.js"), Program(("acme:server",), "1.0", "node.js")),
        (cpe("nginx:nginx", "1.0"), Program(("nginx:nginx", "f5:nginx"), "1.0")),
        (cpe("f5:nginx", "1.0"), Program(("f5:nginx", "nginx:nginx"), "1.0")),
        (cpe(r"gnu:gcc\+\+", "1.0"), Program(("gnu:gcc++",), "1.0")),
        (cpe("linux:linux_kernel", "6.1", part="o"), None),
        (cpe("acme:*", "1.0"), None),
        ("cpe:/a:acme:server:1.0", None),
        ("", None),
        ("cpe:2.3:a:", None),
    ],
)
def test_what_a_cpe_says(text: str, wanted: Program | None) -> None:
    assert program(Package("generic", "x", "7", cpe=text)) == wanted


def nvd(folder: Path, *matches: tuple[str, dict[str, str]]) -> Database:
    """NVD's feed of one vulnerability (https://nvd.nist.gov/developers/vulnerabilities), beside an export of PyPI."""
    feeds = write(folder / "feeds", {"PyPI": [record("PYSEC-1", "x", *fixed("2"))]})
    listed = [{"vulnerable": True, "criteria": criteria, **versions} for criteria, versions in matches]
    configurations = [{"nodes": [{"operator": "OR", "negate": False, "cpeMatch": listed}]}]
    one = {"id": "CVE-2025-1000", "lastModified": "2026-01-09T00:00:00.000", "configurations": configurations}
    (feeds / "nvd").mkdir()
    (feeds / "nvd" / "nvdcve-2.0-2025.json").write_text(json.dumps({"vulnerabilities": [{"cve": one}]}))
    build(feeds, folder / "db")
    return Database.open(folder / "db")


BELOW_2 = (cpe("acme:server"), {"versionEndExcluding": "2.0"})


def ask(database: Database, *packages: Package) -> Matches:
    return match(Inventory(None, packages), database, NOW)


def test_a_program_in_nvds_range(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        found = ask(database, binary("1.9"), binary("2.0"))
    (finding,) = found.findings
    assert (finding.id, finding.package.version, finding.evidence[0].ecosystem) == ("CVE-2025-1000", "1.9", "NVD")
    assert (found.assessed, found.not_assessed) == (2, ())


def test_what_is_for_other_software_is_not_meant(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2, (cpe("acme:server", target="node.js"), {"versionEndExcluding": "9.0"})) as database:
        found = ask(
            database, binary("1.0"), binary("3.0"), binary("1.1", target="node.js"), binary("4.0", target="ruby")
        )
        assert [each.package.version for each in found.findings] == ["1.0", "1.1"]
        assert [each.package.version for each in ask(database, binary("3.0", target="node.js")).findings] == ["3.0"]
    first, second = (each.fix.versions for each in found.findings if hasattr(each, "fix"))
    assert (first, second) == (("2.0",), ("9.0",))


def test_a_distributions_file_is_not_asked_for(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        found = ask(database, binary("1.0", owner="server"))
    assert (found.findings, found.assessed) == ((), 0)
    assert [each.reason for each in found.not_assessed] == ["they are files of packages that are not assessed"]


def test_a_distributions_file_is_assessed_with_its_package(tmp_path: Path) -> None:
    known = record("DSA-1", "nothing", *fixed("1"), ecosystem="Debian:12")
    build(write(tmp_path / "feeds", {"Debian": [known]}, coverage={"Debian": {"complete": True}}), tmp_path / "db")
    files = binary("1.0", owner="server"), binary("1.0", "acme:other", owner="foreign")
    packages = (*files, Package("deb", "server", "1.0-1"))
    with Database.open(tmp_path / "db") as database:
        found = match(Inventory(Distro("debian", "12"), packages), database, NOW)
    assert found.assessed == 2
    assert [each.examples for each in found.not_assessed] == [("acme:other",)]


def test_a_product_that_nvd_does_not_name_is_not_assessed(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        found = ask(database, binary("1.0", "acme:other"))
    assert [each.reason for each in found.not_assessed] == ["NVD names no product by their CPE"]
    assert not [problem for problem in found.problems if problem.where == "feed NVD"]


def test_a_package_with_an_ecosystem_is_asked_for_there(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        found = ask(database, Package("pypi", "x", "1.0", cpe=cpe("acme:server", "1.0")))
    assert [each.id for each in found.findings] == ["PYSEC-1"]


def test_without_nvds_feed_it_is_told_and_blocks_nothing(tmp_path: Path) -> None:
    build(write(tmp_path / "feeds", {"PyPI": [record("PYSEC-1", "x", *fixed("2"))]}), tmp_path / "db")
    with Database.open(tmp_path / "db") as database:
        found = ask(database, binary("1.0"), binary("2.0"))
    assert [(each.reason, each.count) for each in found.not_assessed] == [("the database has no feed of NVD", 2)]
    (problem,) = [each for each in found.problems if each.where == "feed NVD"]
    assert (problem.what, problem.blocking) == ("the database has no feed of NVD: 2 packages are not assessed", False)


def test_a_text_that_is_no_version_is_told(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        found = ask(database, Package("generic", "x", "unknown", cpe=cpe("acme:server"), path="opt/x"))
    assert [each.reason for each in found.not_assessed] == ["its version cannot be read"]


def test_nvd_is_brought_in_for_programs_without_an_owner_only() -> None:
    distro = Distro("debian", "12")
    assert needs(Inventory(distro, (binary("1.0"), Package("deb", "a", "1")))) == {"NVD", "Debian"}
    assert needs(Inventory(distro, (binary("1.0", owner="a"), Package("deb", "a", "1")))) == {"Debian"}
    assert needs(Inventory(None, (Package("golang", "x", "1", cpe=cpe("acme:server")),))) == {"Go"}


def test_search_by_cpe(tmp_path: Path) -> None:
    with nvd(tmp_path, BELOW_2) as database:
        assert [each.id for each in search(database, cpe("acme:server", "1.0"))] == ["CVE-2025-1000"]
        assert [each.id for each in search(database, cpe("acme:server"))] == ["CVE-2025-1000"]
        assert search(database, cpe("acme:server", "2.0")) == ()
        with pytest.raises(UsageError, match="no CPE of an application"):
            search(database, "cpe:2.3:a:acme")
