"""Java archives, made as Maven, its shade plug-in and Spring Boot lay them out."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog import gem, java, npm, python
from pratique.catalog.java import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem

JAR = "opt/app/app.jar"
MANIFEST = "META-INF/MANIFEST.MF"


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def pom(group: str, artifact: str, version: str) -> dict[str, bytes | str]:
    place = f"META-INF/maven/{group}/{artifact}/pom"
    text = f"#Created by Apache Maven 3.8.7\ngroupId={group}\nartifactId={artifact}\nversion={version}\n"
    return {place + ".xml": "<project/>", place + ".properties": text}


def facts(data: bytes, path: str = JAR) -> list[Fact]:
    return list(parse(memory_file(path, data)))


def packages(data: bytes, path: str = JAR) -> list[tuple[str, str]]:
    found = [fact for fact in facts(data, path) if isinstance(fact, Package)]
    return [(f"{one.namespace}:{one.name}:{one.version}", one.path) for one in found]


LOG4J = zipped(
    {**pom("org.apache.logging.log4j", "log4j-core", "2.14.1"), "org/apache/logging/log4j/core/A.class": b""}
)


def test_log4j() -> None:
    path = "app/lib/log4j-core-2.14.1.jar"
    assert facts(LOG4J, path) == [
        Package("maven", "log4j-core", "2.14.1", namespace="org.apache.logging.log4j", path=path)
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_spring_boot_application(method: int) -> None:
    application = pom("org.example", "demo", "1.0.0")
    data = zipped({**application, "BOOT-INF/lib/log4j-core-2.14.1.jar": LOG4J}, method)
    script = b'#!/bin/bash\nexec java -jar "$0"\n'  # an executable archive begins with a script
    assert packages(script + data) == [
        ("org.example:demo:1.0.0", JAR),
        ("org.apache.logging.log4j:log4j-core:2.14.1", JAR + "!/BOOT-INF/lib/log4j-core-2.14.1.jar"),
    ]


def test_an_enterprise_archive_of_web_applications() -> None:
    war = zipped({"WEB-INF/lib/log4j-core-2.14.1.jar": LOG4J})
    assert packages(zipped({"web.war": war, "lib/LOG4J.JAR": LOG4J}), "srv/app.ear") == [
        ("org.apache.logging.log4j:log4j-core:2.14.1", "srv/app.ear!/web.war!/WEB-INF/lib/log4j-core-2.14.1.jar"),
        ("org.apache.logging.log4j:log4j-core:2.14.1", "srv/app.ear!/lib/LOG4J.JAR"),
    ]


def test_a_shaded_archive_holds_several_packages() -> None:
    data = zipped({**pom("ex", "own", "2.0"), **pom("commons-io", "commons-io", "2.4"), **pom("a.b", "c", "1")})
    assert [name for name, _ in packages(data, "own-2.0.jar")] == ["ex:own:2.0", "commons-io:commons-io:2.4", "a.b:c:1"]


def test_the_manifest_tells_version_and_licences() -> None:
    manifest = "Implementation-Version: 3.1\r\nImplementation-Vendor-Id: org.example\r\n"
    manifest += 'Bundle-License: Apache-2.0;link="x",\r\n  "MIT, really", https://example.org/l\r\n'
    assert facts(zipped({MANIFEST: manifest, "A.class": b""}), "lib/thing.jar") == [
        Package(
            "maven",
            "thing",
            "3.1",
            namespace="org.example",
            licences=("Apache-2.0", "MIT, really"),
            path="lib/thing.jar",
        )
    ]


def test_an_unknown_group_is_told_and_not_guessed() -> None:
    package, problem = sorted(
        facts(zipped({"A.class": b""}), "thing-1.0.jar"), key=lambda fact: isinstance(fact, Problem)
    )
    assert package == Package("maven", "thing", "1.0", path="thing-1.0.jar")
    assert isinstance(problem, Problem)
    assert "'thing' '1.0' tells no group id" in problem.what
    assert not problem.blocking


def test_an_unknown_version_is_told() -> None:
    (problem,) = facts(zipped({"A.class": b""}), "thing.jar")
    assert problem == Problem("thing.jar", "Java archive holds 'thing' and tells no version")


def test_a_pom_that_was_not_filtered_falls_back_on_its_folder_and_is_told() -> None:
    place = "META-INF/maven/g/a/pom.properties"
    found = facts(zipped({place: "version=${project.version}\ngroupId=g\nartifactId=a\n"}), "lib/a.jar")
    assert found == [Problem("lib/a.jar", "Java archive holds 'g:a' and tells no version")]
    assert packages(zipped({place: "version=1\n"}), "lib/a.jar") == [("g:a:1", "lib/a.jar")]


@pytest.mark.parametrize("path", ["a.jar", "a.WAR", "a.ear", "plugins/git.hpi", "plugins/git.jpi"])
@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_archive_is_unreadable(path: str, data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(data, path)


@pytest.mark.parametrize("path", ["backup.rar", "data.par", "stats.sar"])
def test_other_formats_use_the_same_suffixes(path: str) -> None:
    assert facts(b"Rar!\x1a\x07\x00 and so on", path) == []
    assert facts(b"", path) == []


def test_a_nested_archive_that_is_corrupt_does_not_hide_the_others() -> None:
    found = facts(zipped({"lib/bad.jar": b"PK", "lib/log4j-core-2.14.1.jar": LOG4J, **pom("g", "a", "1")}))
    assert [(fact.where, fact.blocking, fact.hides) for fact in found if isinstance(fact, Problem)] == [
        (JAR + "!/lib/bad.jar", False, True)
    ]
    assert sum(isinstance(fact, Package) for fact in found) == 2


def test_nesting_is_bounded() -> None:
    data = LOG4J
    for _ in range(DEFAULT.nesting + 2):
        data = zipped({"x.jar": data}, zipfile.ZIP_STORED)
    found = facts(data)
    assert not [fact for fact in found if isinstance(fact, Package)]
    (problem,) = [fact for fact in found if isinstance(fact, Problem) and "nested" in fact.what]
    assert "limits.nesting" in problem.what
    assert (problem.blocking, problem.hides) == (True, True)


def test_an_archive_that_holds_itself_a_thousand_times_ends() -> None:
    inner = zipped({f"{number}.txt": b"" for number in range(200)})
    for _ in range(4):
        inner = zipped({f"{number}.jar": inner for number in range(12)})
    found = facts(inner)
    assert any("nested_entries" in fact.what and fact.blocking for fact in found if isinstance(fact, Problem))


def test_a_bomb_within_is_told() -> None:
    bomb = zipped({"a.class": b"\0" * 40_000_000})
    members: dict[str, bytes | str] = {f"{number}.jar": b"\0" * 40_000_000 for number in range(2)}
    found = facts(zipped({**members, "bomb.jar": bomb, **pom("g", "a", "1")}))
    assert [fact for fact in found if isinstance(fact, Package)] == [
        Package("maven", "a", "1", namespace="g", path=JAR)
    ]
    assert len([fact for fact in found if isinstance(fact, Problem)]) == 3


def test_only_what_is_needed_is_read_of_a_large_archive() -> None:
    class Counting(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            Counting.count += len(data)
            return data

    class CountedFile:
        path, size, mode = JAR, 0, 0o644

        def __init__(self, data: bytes) -> None:
            self.size, self._data = len(data), data

        def read(self) -> bytes:
            raise AssertionError("the whole file is never read")

        def open(self) -> io.BytesIO:
            return Counting(self._data)

    nested = zipped({**pom("g", "inner", "1"), "big.bin": b"x" * 5_000_000}, zipfile.ZIP_STORED)
    data = zipped({"big.bin": b"x" * 5_000_000, "lib/inner.jar": nested, **pom("g", "a", "1")}, zipfile.ZIP_STORED)
    found = list(parse(CountedFile(data)))
    assert [fact.name for fact in found if isinstance(fact, Package)] == ["a", "inner"]
    assert Counting.count < 5000


def test_three_real_levels(shared: Path) -> None:
    found = []
    with tarfile.open(shared / "corpus/images/three-level-jar-docker.tar") as image:
        for layer in image.getmembers():
            if not layer.name.endswith("layer.tar"):
                continue
            content = image.extractfile(layer)
            assert content is not None
            with tarfile.open(fileobj=content) as files:
                for file in files.getmembers():
                    if file.name.endswith(".jar"):
                        stream = files.extractfile(file)
                        assert stream is not None
                        found += survives(CATALOGUER, file.name, stream.read())
    assert max(fact.path.count("!/") for fact in found if isinstance(fact, Package)) == 2


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.text("aä/.! ", max_size=10))
def test_any_bytes_within_are_facts(properties: bytes, manifest: bytes, name: str) -> None:
    data = zipped({"META-INF/maven/g/a/pom.properties": properties, MANIFEST: manifest, name + ".jar": properties})
    assert len(survives(CATALOGUER, "x-1.jar", data)) <= 6
    survives(CATALOGUER, "x-1.jar", properties)


@pytest.mark.parametrize("language", [gem, java, npm, python])
def test_the_page_of_the_documentation_names_every_claim(language: ModuleType) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/cataloguers-languages.md").read_text()
    claim = language.CATALOGUER.claim
    for name in (*claim.names, *claim.suffixes):
        assert name in page


def test_the_claim() -> None:
    assert {".jar", ".war", ".ear", ".jpi", ".hpi", ".par", ".sar", ".rar"} <= set(CATALOGUER.claim.suffixes)
    assert not CATALOGUER.blocking


def test_a_plain_zip_is_looked_into_for_archives() -> None:
    path = "srv/release.zip"
    data = zipped({"lib/log4j-core-2.14.1.jar": LOG4J, "pom.properties": "x", "README": ""})
    assert packages(data, path) == [
        ("org.apache.logging.log4j:log4j-core:2.14.1", f"{path}!/lib/log4j-core-2.14.1.jar")
    ]
    assert facts(zipped({"META-INF/MANIFEST.MF": "Implementation-Version: 1\n"}), path) == []
    assert facts(b"no zip", path) == []


def test_a_plain_zip_of_more_than_we_read_does_not_block() -> None:
    data = zipped({f"data/{number}.txt": b"" for number in range(DEFAULT.nested_entries + 1)}, zipfile.ZIP_STORED)
    (problem,) = facts(data, "srv/data.zip")
    assert isinstance(problem, Problem)
    assert (problem.blocking, problem.hides) == (False, True)
