"""What the native tools say of pairs of versions: one process for all pairs, one character a pair.

``<`` ``=`` ``>``, or ``!`` where one of the two is no version to the tool. Where a tool is absent, the test skips.
Nothing here imports what is tested.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import packaging.version
import pytest
import semver as semver_library

from version.texts import Pair

PROGRAMS = Path(__file__).parent / "native"


class Ordered(Protocol):
    """A version of a Python library."""

    def __lt__(self, other: object, /) -> bool: ...


def pypi(pairs: Sequence[Pair]) -> list[str]:
    """The library ``packaging``."""
    return _by_library(packaging.version.Version, pairs)


def semver(pairs: Sequence[Pair]) -> list[str]:
    """The library ``semver`` for Python, which holds to the specification's grammar."""
    return _by_library(semver_library.Version.parse, pairs)


def _by_library(parse: Callable[[str], Ordered], pairs: Sequence[Pair]) -> list[str]:
    answers = []
    for left, right in pairs:
        try:
            a, b = parse(left), parse(right)
        except ValueError:
            answers.append("!")
        else:
            answers.append("<" if a < b else ">" if b < a else "=")
    return answers


def deb(pairs: Sequence[Pair]) -> list[str]:
    """``Dpkg::Version`` of libdpkg-perl."""
    program = [_tool("perl"), str(PROGRAMS / "deb.pl")]
    if subprocess.run([program[0], "-MDpkg::Version", "-e", "1"], capture_output=True).returncode:
        pytest.skip("no Dpkg::Version (Debian package libdpkg-perl)")
    return _ask(program, pairs)


def dpkg(pairs: Sequence[Pair]) -> list[str]:
    """``dpkg --compare-versions``: two processes a pair."""
    tool = _tool("dpkg")

    def holds(left: str, relation: str, right: str) -> bool:
        return subprocess.run([tool, "--compare-versions", left, relation, right], check=False).returncode == 0

    return ["<" if holds(a, "lt", b) else "=" if holds(a, "eq", b) else ">" for a, b in pairs]


def rpm(pairs: Sequence[Pair]) -> list[str]:
    """``rpm.labelCompare`` of Debian's python3-rpm, which belongs to the system's own Python."""
    python = "/usr/bin/python3"
    if not Path(python).exists() or subprocess.run([python, "-c", "import rpm"], capture_output=True).returncode:
        pytest.skip("no rpm for the system's Python (Debian package python3-rpm)")
    return _ask([python, str(PROGRAMS / "rpm_evr.py")], pairs)


def npm(pairs: Sequence[Pair]) -> list[str]:
    """The package ``semver`` that npm itself holds, or, in Debian, stands beside."""
    node, npm_tool = _tool("node"), _tool("npm")
    home = Path(os.path.realpath(npm_tool)).parent.parent
    folder = next((one for one in (home / "node_modules" / "semver", home.parent / "semver") if one.is_dir()), None)
    if folder is None:
        pytest.skip(f"npm holds no semver in {str(home)!r}")
    return _ask([node, str(PROGRAMS / "npm.js"), str(folder)], pairs)


def golang(pairs: Sequence[Pair], folder: Path) -> list[str]:
    """go/version and the copy of golang.org/x/mod/semver in the Go distribution; built in ``folder``."""
    go = _tool("go")
    root = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    source = Path(root, "src", "cmd", "vendor", "golang.org", "x", "mod", "semver")
    if not source.is_dir() or not Path(root, "src", "go", "version").is_dir():
        pytest.skip("a Go distribution without go/version or golang.org/x/mod/semver (it came with 1.22)")
    shutil.copytree(source, folder / "semver")
    shutil.copy(PROGRAMS / "golang.go", folder / "main.go")
    (folder / "go.mod").write_text("module pairs\n\ngo 1.22\n")
    environment = {**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GO111MODULE": "on"}
    subprocess.run([go, "build", "-o", "compare", "."], cwd=folder, env=environment, check=True)
    return _ask([str(folder / "compare")], pairs)


def maven(pairs: Sequence[Pair]) -> list[str]:
    """``ComparableVersion`` of the Maven that is installed."""
    java, mvn = _tool("java"), _tool("mvn")
    home = Path(os.path.realpath(mvn)).parent.parent
    jars = [*home.glob("lib/maven-artifact-*.jar"), *home.glob("lib/commons-lang3*.jar")]
    jars += Path("/usr/share/java").glob("commons-lang3.jar")  # where Debian's Maven has it
    if not any(jar.name.startswith("maven-artifact") for jar in jars):
        pytest.skip(f"no maven-artifact in {str(home / 'lib')!r}")
    return _ask([java, "-Xshare:auto", "-cp", os.pathsep.join(map(str, jars)), str(PROGRAMS / "Maven.java")], pairs)


def gem(pairs: Sequence[Pair]) -> list[str]:
    """``Gem::Version`` of Ruby."""
    return _ask([_tool("ruby"), str(PROGRAMS / "gem.rb")], pairs)


def composer(pairs: Sequence[Pair]) -> list[str]:
    """``composer/semver`` as Debian packages it."""
    php = _tool("php")
    if not Path("/usr/share/php/Composer/Semver").is_dir():
        pytest.skip("no composer/semver (Debian package php-composer-semver)")
    return _ask([php, str(PROGRAMS / "composer.php")], pairs)


def apk(pairs: Sequence[Pair], image: Path, folder: Path) -> list[str]:
    """apk-tools as the Alpine image in the OCI archive ``image`` holds it, run with the image's own C library.

    Each pair is a package that is installed in the left version and on offer in the right one: ``apk version`` lists
    them all (apk-package(5), "installed database" and "index").
    """
    _extract(image, folder / "alpine")
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    database = folder / "root" / "lib" / "apk" / "db"
    database.mkdir(parents=True)
    (database / "installed").write_text(_records(left, "left"))
    (database / "triggers").touch()
    (database / "scripts.tar").touch()
    (folder / "root" / "var" / "cache" / "apk").mkdir(parents=True)
    settings = folder / "root" / "etc" / "apk"
    settings.mkdir(parents=True)
    (settings / "arch").write_text("x86_64\n")
    (settings / "world").write_text("".join(f"p{index}\n" for index in range(len(pairs))))
    (settings / "repositories").write_text(f"{folder}/repository\n")
    _write_index(folder / "repository" / "x86_64", _records(right, "right"))
    library = folder / "alpine" / "lib"
    loader = library / "ld-musl-x86_64.so.1"
    command = [str(loader), "--library-path", str(library), str(folder / "alpine" / "sbin" / "apk"), "version", "-v"]
    command += ["--root", str(folder / "root"), "--allow-untrusted", "--no-network", "--no-cache"]
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except OSError as error:
        pytest.skip(f"the image's apk does not run here: {error}")
    answers = dict(re.findall(r"^p(\d+)-\S+\s+([<=>?])", out, re.MULTILINE))
    return [answers.get(str(index), "!").replace("?", "!") for index in range(len(pairs))]


def _records(versions: Sequence[str], salt: str) -> str:
    def checksum(index: int) -> str:  # a package is known by it
        return "Q1" + base64.b64encode(hashlib.sha1(f"{salt}{index}".encode()).digest()).decode()

    return "".join(
        f"C:{checksum(index)}\nP:p{index}\nV:{text}\nA:x86_64\nS:1\nI:1\nT:t\nU:u\nL:l\n\n"
        for index, text in enumerate(versions)
    )


def _write_index(folder: Path, records: str) -> None:
    folder.mkdir(parents=True)
    with tarfile.open(folder / "APKINDEX.tar.gz", "w:gz") as archive:
        header = tarfile.TarInfo("APKINDEX")
        header.size = len(records.encode())
        archive.addfile(header, io.BytesIO(records.encode()))


def _extract(image: Path, folder: Path) -> None:
    with tarfile.open(image) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is None or content.read(2) != b"\x1f\x8b":
                continue
            content.seek(0)
            with tarfile.open(fileobj=gzip.GzipFile(fileobj=content)) as layer:
                wanted = [m for m in layer.getmembers() if m.name.startswith(("lib/", "sbin/apk", "usr/lib/lib"))]
                layer.extractall(folder, wanted, filter="data")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} on this machine")
    return found


def _ask(program: Sequence[str], pairs: Sequence[Pair]) -> list[str]:
    question = "".join(f"{left}\t{right}\n" for left, right in pairs)
    answer = subprocess.run(program, input=question, capture_output=True, text=True, check=True).stdout.split()
    assert len(answer) == len(pairs)
    return answer
