"""``pratique.api`` end to end: images in, outcomes out, with the starter database and databases made for the test."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from images import (
    build,
    device,
    digest_of,
    docker_archive,
    file,
    folder,
    layer,
    oci_archive,
    oci_layout,
    symlink,
    whiteout,
)
from loopback import Reply, serve
from pratique.api import Outcome, Settings, database_folder, inventory, scan
from pratique.errors import AuthError, NotFound, UsageError
from pratique.model import Action, NotAssessed, Problem, Report, Result
from pratique.plugins import WriteOptions
from pratique.report.json import WRITER as JSON
from registry import Registry

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEBIAN = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
AIRFLOW = "Metadata-Version: 2.1\nName: apache-airflow\nVersion: 1.10.10\n"


def stanza(name: str, version: str, source: str = "") -> str:
    """A paragraph of dpkg's status file (deb-control(5), dpkg(1))."""
    more = f"Source: {source}\n" if source else ""
    return f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n{more}Version: {version}\n\n"


def site(name: str, version: str, text: str = "") -> tuple[object, ...]:
    """A wheel's metadata as pip leaves it (core metadata specification)."""
    metadata = text or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return file(f"usr/lib/python3/dist-packages/{name.replace('-', '_')}-{version}.dist-info/METADATA", metadata)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(now=NOW, cache=tmp_path / "cache", database=database_folder({"XDG_DATA_HOME": str(tmp_path)}))


@pytest.fixture
def airflow(tmp_path: Path) -> Path:
    base = layer(file("etc/os-release", DEBIAN), file("var/lib/dpkg/status", stanza("openssl", "3.0.11-1~deb12u2")))
    app = layer(site("apache-airflow", "1.10.10"))
    return oci_layout(tmp_path / "airflow", build(base, app, created_by=("ADD rootfs", "RUN pip install airflow")))


def only(outcomes: Iterator[Outcome]) -> Report:
    (outcome,) = outcomes
    assert outcome.error is None
    return outcome.report


def test_an_exploited_package_fails_by_the_rule_kev(airflow: Path, settings: Settings) -> None:
    report = only(scan([str(airflow)], settings))
    assert report.verdict.result is Result.FAIL
    failing = {finding.id: finding for finding in report.findings if finding.decision.action is Action.FAIL}
    assert {"CVE-2020-11978", "CVE-2020-13927"} <= set(failing)
    assert {failing[name].decision.rule for name in ("CVE-2020-11978", "CVE-2020-13927")} == {"kev"}
    assert failing["CVE-2020-11978"].kev is not None
    assert failing["CVE-2020-11978"].layer == 1
    assert report.image is not None
    assert report.image.layers[1].created_by == "RUN pip install airflow"


def test_a_second_scan_says_the_same_from_the_cache(airflow: Path, settings: Settings) -> None:
    cold = only(scan([str(airflow)], settings))
    for blob in (airflow / "blobs/sha256").iterdir():
        if blob.stat().st_size and blob.read_bytes()[:2] == b"\x1f\x8b":
            blob.write_bytes(b"\x00" * blob.stat().st_size)  # the layers are not read again
    warm = only(scan([str(airflow)], settings))
    assert [finding.id for finding in warm.findings] == [finding.id for finding in cold.findings]
    assert warm.packages == cold.packages
    assert warm.verdict == cold.verdict


def test_one_image_in_every_container_format_gives_one_answer(tmp_path: Path, settings: Settings) -> None:
    base = layer(file("etc/os-release", DEBIAN), file("var/lib/dpkg/status", stanza("openssl", "3.0.11-1~deb12u2")))
    image = build(base, layer(site("apache-airflow", "1.10.10")))
    targets = [
        oci_layout(tmp_path / "layout", image),
        oci_archive(tmp_path / "oci.tar", image),
        docker_archive(tmp_path / "docker.tar", {"app:1": image}),
        docker_archive(tmp_path / "docker.tar.gz", {"app:1": image}),
        docker_archive(tmp_path / "skopeo.tar", {"app:1": image}, style="skopeo"),
    ]
    reports = [outcome.report for outcome in scan([str(target) for target in targets], settings)]
    assert len({(report.packages, report.findings, report.verdict) for report in reports}) == 1
    assert len(reports) == len(targets)


def test_a_root_file_system_is_a_target(tmp_path: Path, settings: Settings) -> None:
    root = tmp_path / "root"
    for name, text in (("etc/os-release", DEBIAN), ("var/lib/dpkg/status", stanza("openssl", "3.0.11-1~deb12u2"))):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    report = only(inventory([f"dir:{root}"], settings))
    assert [package.name for package in report.packages] == ["openssl"]


def test_a_broken_target_does_not_stop_the_others(airflow: Path, tmp_path: Path, settings: Settings) -> None:
    missing, good = scan([str(tmp_path / "absent.tar"), str(airflow)], settings)
    assert isinstance(missing.error, NotFound)
    assert missing.report.verdict.result is Result.UNKNOWN
    assert missing.report.problems[0].blocking
    assert good.report.verdict.result is Result.FAIL


def test_a_registry_that_refuses_is_named_once(settings: Settings) -> None:
    with serve(lambda request: Reply(403)) as server:
        target = f"{server.url.removeprefix('http://')}/a/b:1"
        (outcome,) = scan([target], settings)
    (problem,) = outcome.report.problems
    assert (problem.where, problem.what.count(target)) == (target, 0)
    assert "answers 403" in problem.what


def test_a_layer_that_is_not_what_its_digest_says_is_not_believed(airflow: Path, settings: Settings) -> None:
    index = json.loads((airflow / "index.json").read_text())
    manifest = json.loads((airflow / "blobs" / index["manifests"][0]["digest"].replace(":", "/")).read_text())
    top = airflow / "blobs" / manifest["layers"][1]["digest"].replace(":", "/")
    forged = build(layer(site("requests", "2.31.0"))).layers[0]
    top.write_bytes(forged + b"\0" * (top.stat().st_size - len(forged)))
    report = only(scan([str(airflow)], settings))
    assert report.verdict.result is Result.UNKNOWN
    assert report.coverage.layers_read == 1
    assert any(problem.blocking and problem.layer == 1 for problem in report.problems)
    assert all(package.type != "pypi" for package in report.packages)


def test_an_image_in_which_nothing_is_recognised_is_not_clean(tmp_path: Path, settings: Settings) -> None:
    for name, members in (("empty", ()), ("unknown", (file("app/data.bin", b"\x00\x01"),))):
        target = oci_layout(tmp_path / name, build(layer(*members)))
        report = only(scan([str(target)], settings))
        assert report.verdict.result is Result.UNKNOWN, name
        assert any(problem.blocking for problem in report.problems), name


def test_a_distribution_without_its_package_database_is_not_clean(tmp_path: Path, settings: Settings) -> None:
    members = (file("etc/os-release", DEBIAN), site("requests", "2.31.0"))
    report = only(inventory([str(oci_layout(tmp_path / "stripped", build(layer(*members))))], settings))
    assert [problem.blocking for problem in report.problems if "package database" in problem.what] == [True]


STATUS = "var/lib/dpkg/status"
BOTH = stanza("openssl", "3.0.10-1") + stanza("curl", "7.0-1")


def nested(depth: int) -> bytes:
    """A Java archive in another one, and so on."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.jar", nested(depth - 1) if depth else b"")
    return out.getvalue()


HIDDEN = {
    "os-release of another distribution": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH)),
        layer(file("etc/os-release", "ID=alpine\nVERSION_ID=3.11\n")),
    ],
    "os-release behind a link": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH)),
        layer(symlink("etc/os-release", "/opt/release")),
    ],
    "a status file behind a link": [
        layer(
            file("etc/os-release", DEBIAN),
            symlink(STATUS, "/data/status"),
            file("data/status", BOTH),
            file("var/lib/dpkg/status.d/openssl", stanza("openssl", "3.0.10-1")),
        )
    ],
    "a status file that is a device": [layer(file("etc/os-release", DEBIAN), device(STATUS))],
    "a status file that is a folder": [layer(file("etc/os-release", DEBIAN), folder(STATUS))],
    "a database's folder behind a link": [layer(symlink("var/lib/dpkg", "/data"), site("requests", "2.31.0"))],
    "a database that was taken away": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH)),
        layer(whiteout("etc/os-release"), whiteout("var/lib/dpkg"), site("requests", "2.31.0")),
    ],
    "a database that was emptied": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH)),
        layer(file(STATUS, ""), file("var/lib/dpkg/status.d/openssl", stanza("openssl", "3.0.10-1"))),
    ],
    "a database written through a lower layer's link": [
        layer(
            file("etc/os-release", DEBIAN), file(STATUS, stanza("openssl", "3.0.10-1")), symlink("v", "var/lib/dpkg")
        ),
        layer(file("v/status", BOTH)),
    ],
    "a database removed through a lower layer's link": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH), symlink("v", "var/lib/dpkg")),
        layer(whiteout("v/status")),
    ],
    "an archive nested past the bound": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH), file("a.jar", nested(9)))
    ],
    "a stanza behind rubbish": [
        layer(file("etc/os-release", DEBIAN), file(STATUS, stanza("openssl", "3.0.10-1") + "\0" * 200 + BOTH))
    ],
    "packages of another distribution": [
        layer(file("etc/os-release", "ID=almalinux\nVERSION_ID=9\n"), file("lib/apk/db/installed", "P:a\nV:1-r0\n\n"))
    ],
}


@pytest.mark.parametrize("layers", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_from_us_is_never_clean(layers: list[bytes], tmp_path: Path, settings: Settings) -> None:
    """Each was a way to a pass; the freshness of the database has no part in it, only what blocks here counts."""
    report = only(scan([str(oci_layout(tmp_path / "image", build(*layers)))], settings))
    blocking = [one for one in report.problems if one.blocking and not one.where.startswith("feed ")]
    assert blocking, report.problems


def test_a_damaged_archive_is_a_package_that_was_not_assessed(tmp_path: Path, settings: Settings) -> None:
    members = (site("requests", "2.31.0"), file("app/x.jar", "PK"), file("app/package.json", "{"))
    report = only(scan([str(oci_layout(tmp_path / "image", build(layer(*members))))], settings))
    assert report.coverage.packages == len(report.packages) + 1
    assert NotAssessed("its file cannot be read", 1, ("app/x.jar",)) in report.coverage.not_assessed
    assert {one.where: one.blocking for one in report.problems if one.where.startswith("app/")} == {
        "app/x.jar": False,
        "app/package.json": False,
    }


def test_databases_behind_links_to_where_they_are_looked_for(tmp_path: Path, settings: Settings) -> None:
    members = (
        symlink("lib", "usr/lib"),
        symlink("etc/os-release", "../usr/lib/os-release"),
        symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
        symlink("etc/system-release", "fedora-release"),
        file("usr/lib/os-release", DEBIAN),
        file(STATUS, BOTH),
    )
    report = only(inventory([str(oci_layout(tmp_path / "image", build(layer(*members))))], settings))
    assert report.problems == ()


def test_a_list_by_itself_hides_no_package(tmp_path: Path, settings: Settings) -> None:
    base = layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH))
    wheel = site("apache-airflow", "1.10.10")
    top = layer(wheel, file("var/lib/dpkg/info/openssl.list", f"/{wheel[0].name}\n"))
    report = only(scan([str(oci_layout(tmp_path / "image", build(base, top)))], settings))
    assert "CVE-2020-11978" in {finding.id for finding in report.findings}


def test_a_missing_blob_is_one_problem(airflow: Path, settings: Settings) -> None:
    index = json.loads((airflow / "index.json").read_text())
    manifest = json.loads((airflow / "blobs" / index["manifests"][0]["digest"].replace(":", "/")).read_text())
    missing = manifest["layers"][1]["digest"]
    (airflow / "blobs" / missing.replace(":", "/")).unlink()
    report = only(scan([str(airflow)], settings))
    told = [problem for problem in report.problems if problem.layer == 1 or missing in problem.where + problem.what]
    assert told == [Problem(missing, "its blob is missing", blocking=True, layer=1)]
    assert report.coverage.layers_read == 1
    assert report.verdict.result is Result.UNKNOWN


def test_a_layer_that_breaks_off_on_the_way_is_named_and_alone_to_blame(settings: Settings) -> None:
    image = build(layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH)))
    registry = Registry()
    registry.push("a/b", "1", image)
    digest = digest_of(image.layers[0])
    registry.overrides[f"/v2/a/b/blobs/{digest}"] = [Reply(body=image.layers[0] + b"x", length=-1)]
    with serve(registry) as server:
        (outcome,) = scan([f"{server.url.removeprefix('http://')}/a/b:1"], settings)
    told = [(one.where, one.layer) for one in outcome.report.problems if not one.where.startswith("feed ")]
    assert told == [(digest, 0)]
    assert outcome.report.verdict.result is Result.UNKNOWN


def test_a_layer_that_was_read_in_part_was_not_read(tmp_path: Path, settings: Settings) -> None:
    image = build(layer(file("etc/os-release", DEBIAN), file(STATUS, BOTH), file("big", bytes(100_000))))
    cut = replace(image, layers=(image.layers[0][:-30],))
    manifest = json.loads(image.manifest)
    manifest["layers"][0] |= {"digest": digest_of(cut.layers[0]), "size": len(cut.layers[0])}
    target = oci_layout(tmp_path / "cut", replace(cut, manifest=json.dumps(manifest).encode()))
    report = only(scan([str(target)], settings))
    assert (report.coverage.layers_read, report.verdict.result) == (0, Result.UNKNOWN)


def test_a_time_without_a_zone_is_an_error(airflow: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="zone"):
        next(scan([str(airflow)], msgspec.structs.replace(settings, now=datetime(2026, 1, 1))))


def test_an_image_without_layers_is_not_clean(tmp_path: Path, settings: Settings) -> None:
    report = only(scan([str(oci_layout(tmp_path / "none", build()))], settings))
    assert report.verdict.result is Result.UNKNOWN


def test_an_unreadable_package_database_blocks(tmp_path: Path, settings: Settings) -> None:
    target = oci_layout(
        tmp_path / "broken",
        build(
            layer(
                file("etc/os-release", DEBIAN),
                file("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\x00" + b"\xff" * 4096),
            )
        ),
    )
    report = only(scan([str(target)], settings))
    assert report.verdict.result is Result.UNKNOWN
    assert any(problem.blocking and "rpmdb.sqlite" in problem.where for problem in report.problems)


def test_what_a_later_layer_removes_is_gone(tmp_path: Path, settings: Settings) -> None:
    wheel = site("apache-airflow", "1.10.10")
    target = oci_layout(
        tmp_path / "removed",
        build(layer(file("etc/os-release", DEBIAN), wheel), layer(whiteout("usr/lib/python3/dist-packages"))),
    )
    assert only(inventory([str(target)], settings)).packages == ()


def test_a_symlinked_os_release_is_found_behind_the_link(tmp_path: Path, settings: Settings) -> None:
    members = (folder("etc"), symlink("etc/os-release", "../usr/lib/os-release"), file("usr/lib/os-release", DEBIAN))
    report = only(inventory([str(oci_layout(tmp_path / "link", build(layer(*members))))], settings))
    assert report.distro is not None
    assert (report.distro.id, report.distro.version) == ("debian", "12")


def test_two_scans_of_the_same_inputs_are_equal_without_a_cache(airflow: Path, settings: Settings) -> None:
    fresh = msgspec.structs.replace(settings, cache=None)
    first, second = (only(scan([str(airflow)], fresh)) for _ in range(2))
    assert JSON.write((first,), WriteOptions()) == JSON.write((second,), WriteOptions())


def test_nothing_is_left_in_the_cache_folder_when_there_is_to_be_none(airflow: Path, settings: Settings) -> None:
    only(scan([str(airflow)], msgspec.structs.replace(settings, cache=None)))
    assert settings.cache is not None
    assert not settings.cache.exists()


def test_a_missing_database_is_an_error_before_any_target(airflow: Path, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="absent"):
        next(scan([str(airflow)], msgspec.structs.replace(settings, database=tmp_path / "absent")))


def test_a_database_that_cannot_be_fetched_is_named(airflow: Path, settings: Settings) -> None:
    with serve(lambda request: Reply(403)) as server:
        origin = f"oci://{server.url.removeprefix('http://')}/db:1"
        with pytest.raises(AuthError, match=re.escape(f"the database {origin!r}: ")):
            next(scan([str(airflow)], msgspec.structs.replace(settings, database=None, origin=origin)))


def test_the_policy_says_how_old_a_feed_may_be(airflow: Path, settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "pratique.yaml"
    policy.write_text("max_feed_age_days: 1\n")
    strict = only(scan([str(airflow)], msgspec.structs.replace(settings, policy=policy)))
    policy.write_text("max_feed_age_days: 365\n")
    patient = only(scan([str(airflow)], msgspec.structs.replace(settings, policy=policy)))
    assert {problem.where for problem in strict.problems} - {problem.where for problem in patient.problems}
    assert all("days old" not in problem.what or "more than 365" in problem.what for problem in patient.problems)


def test_packages_that_an_instruction_removed_again_are_told(tmp_path: Path, settings: Settings) -> None:
    base = layer(file("etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n"), file("lib/apk/db/installed", "P:a\nV:1\n\n"))
    history = ("RUN apk add -t .d gcc musl-dev && make && apk del .d",)
    report = only(inventory([str(oci_layout(tmp_path / "a", build(base, created_by=history)))], settings))
    (problem,) = [one for one in report.problems if "removed" in one.what]
    assert "gcc, musl-dev" in problem.what
    assert problem.layer == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("usr/lib/opkg/status", "Package: a\nVersion: 1\nStatus: install user installed\n"),
        ("var/db/pkg/app-misc/a-1/CONTENTS", ""),
    ],
)
def test_databases_of_distributions_without_a_feed_are_databases(
    path: str, text: str, tmp_path: Path, settings: Settings
) -> None:
    image = build(layer(file("etc/os-release", "ID=other\n"), file(path, text)))
    report = only(inventory([str(oci_layout(tmp_path / "a", image))], settings))
    assert [package.name for package in report.packages] == ["a"]
    assert not [one for one in report.problems if "without its package database" in one.what]
