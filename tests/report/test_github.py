"""The snapshot for GitHub's dependency graph has what its documentation asks for, and says which run it is of.

https://docs.github.com/rest/dependency-graph/dependency-submission#create-a-snapshot-of-dependencies-for-a-repository
"""

from __future__ import annotations

import json

import msgspec
import pytest

from pratique.errors import UsageError
from pratique.model import Report
from pratique.plugins import Build, WriteOptions
from pratique.report import github, purls
from sboms import IMAGE, REPORT, stated

BUILD = Build("c" * 40, "refs/heads/main", "7", "ci scan")


def snapshot(*reports: Report, build: Build = BUILD) -> dict[str, object]:
    return json.loads(github.write(reports, WriteOptions(build=build)))


def test_the_keys_that_are_required() -> None:
    found = snapshot(REPORT)
    assert set(found) == {"version", "job", "sha", "ref", "detector", "metadata", "manifests", "scanned"}
    assert found["version"] == 0
    assert found["scanned"] == REPORT.now
    assert set(found["job"]) == {"id", "correlator"}
    assert found["detector"] == {"name": "pratique", "version": "0.1.0", "url": "urn:pratique"}


def test_the_run() -> None:
    found = snapshot(REPORT)
    assert (found["sha"], found["ref"]) == ("c" * 40, "refs/heads/main")
    assert found["job"] == {"id": "7", "correlator": "ci scan"}


def test_the_commit_of_the_image() -> None:
    config = msgspec.structs.replace(IMAGE.config, labels={"org.opencontainers.image.revision": "d" * 40})
    image = msgspec.structs.replace(IMAGE, config=config)
    build = msgspec.structs.replace(BUILD, sha="")
    assert snapshot(msgspec.structs.replace(REPORT, image=image), build=build)["sha"] == "d" * 40


@pytest.mark.parametrize("build", [Build(), Build("c" * 40), Build("", "refs/heads/main"), Build("c" * 40, "main")])
def test_none_without_commit_and_branch(build: Build) -> None:
    with pytest.raises(UsageError, match="a commit and a branch"):
        snapshot(REPORT, build=build)


def test_packages_and_what_they_need() -> None:
    (manifest,) = snapshot(REPORT)["manifests"].values()
    resolved = {each["package_url"]: each for each in manifest["resolved"].values()}
    openssl = resolved["pkg:deb/debian/openssl@1:3.0.11-1?arch=amd64&distro=debian-12"]
    assert (openssl["relationship"], openssl["scope"]) == ("direct", "runtime")
    assert openssl["dependencies"] == ["pkg:deb/debian/libc6@2.36-9%2Bdeb12u3?arch=amd64&distro=debian-12"]
    assert resolved["pkg:maven/org.b/inner@2"]["relationship"] == "indirect"
    assert [each["scope"] for url, each in resolved.items() if "evil" in url] == ["development"]
    assert manifest["metadata"] == {"pratique:image-digest": IMAGE.digest, "pratique:distro": "debian-12"}


def test_several_images_are_manifests() -> None:
    other = msgspec.structs.replace(IMAGE, digest="sha256:" + "9" * 64)
    found = snapshot(REPORT, msgspec.structs.replace(REPORT, image=other))
    assert len(found["manifests"]) == 2


def test_it_is_read_again_without_what_it_cannot_tell() -> None:
    found = stated(github.write((REPORT,), WriteOptions(build=BUILD)))
    assert len(found.inventory.packages) == 12  # of 15, three have no package URL
    assert any(
        problem.blocking and "names the source package of none" in problem.what for problem in found.inventory.problems
    )


def test_package_urls_are_sorted_and_each_is_listed_once() -> None:
    lines = purls.write((REPORT, REPORT), WriteOptions()).splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == 12
    assert lines[0].startswith("pkg:deb/debian/libc6@")
