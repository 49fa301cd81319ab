"""Lists of requirements: one that uv wrote, lines against the library ``packaging``, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from catalog.declared import WITHIN, facts, is_refused, packages, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.requirements import CATALOGUER
from pratique.errors import LimitExceeded

PATH = "app/requirements.txt"
FIXTURE = (Path(__file__).parent / "requirements" / "requirements.txt").read_bytes()


def versions(text: str | bytes, path: str = PATH) -> dict[str, str]:
    return {name: version for name, (version, _) in told(CATALOGUER, text, path).items()}


def test_as_uv_wrote_it() -> None:
    found = told(CATALOGUER, FIXTURE, PATH)
    assert found == RUNTIME | {
        "colorama": ("0.4.6", ""),
        "iniconfig": ("2.0.0", ""),
        "typing-extensions": ("4.12.2", ""),
    }
    (rich,) = (one for one in packages(CATALOGUER, FIXTURE, PATH) if one.name == "rich")
    assert rich.hashes == (RICH,)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("Zope.Interface == 5.0", "5.0"),
        ("zope-interface===5.0", "5.0"),
        ("zope.interface[a,b]==5.0 ; python_version > '3.8'", "5.0"),
        ("zope.interface (==5.0)", "5.0"),
        ("zope.interface>=4,==5.0", "5.0"),
        ("zope.interface==5.0+local.1  # why", "5.0+local.1"),
        ("zope.interface==5.0 --hash=sha256:" + "0" * 64, "5.0"),
        ("zope.interface \\\n  ==5.0", "5.0"),
        ("zope.interface @ https://example.org/a/zope.interface-5.0-cp311-cp311-linux_x86_64.whl", "5.0"),
        ("zope.interface @ file:///a/zope.interface-5.0.tar.gz ; python_version > '3'", "5.0"),
        ("https://example.org/zope.interface-5.0.tar.gz", "5.0"),
        ("./wheels/zope.interface-5.0-py3-none-any.whl", "5.0"),
        ("-e git+https://example.org/x@main#egg=zope.interface\nzope.interface==5.0", "5.0"),
    ],
)
def test_lines(line: str, version: str) -> None:
    found = [one for one in facts(CATALOGUER, line, PATH) if hasattr(one, "version")]
    assert [(one.name, one.version) for one in found] == [("zope-interface", version)]


@pytest.mark.parametrize(
    "line", ["a>=1", "a", "a==1.*", "a~=1.0", "a!=1.0", "a @ git+https://example.org/a@v1", "a<=1,>=1"]
)
def test_what_is_not_pinned_is_told_once(line: str) -> None:
    (what,) = problems(CATALOGUER, f"{line}\n{line}", PATH)
    assert what == "names 'a', 'a' without a version, so nothing can be known of them"
    assert versions("b==1") == {"b": "1"}


def test_options_comments_and_folders_are_no_requirements() -> None:
    text = "--index-url https://example.org\n-f x\n# a==1\n\n--no-binary :all:\n-e .\n./mast\n-c constraints.txt\n"
    assert facts(CATALOGUER, text, PATH) == []


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("-r requirements-dev.txt", False),
        ("--requirement=../base-requirements.txt", False),
        ("-r requirements/base.txt", False),
        ("-rrequirements.txt", False),
        ("-r base.txt", True),
        ("-r base.in", True),
        ("--requirement https://example.org/requirements.txt", True),
    ],
)
def test_includes_that_nobody_reads_are_told(line: str, is_told: bool) -> None:
    assert bool(problems(CATALOGUER, line, PATH)) == is_told


def test_a_file_in_a_folder_of_requirements_includes_its_neighbours() -> None:
    assert problems(CATALOGUER, "-r base.txt", "app/requirements/dev.txt") == []
    (what,) = problems(CATALOGUER, "-r x.in\n" * 9, PATH)
    assert what.endswith("and 4 more, which is not read: its name is not that of requirements")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("requirements.txt", ""),
        ("requirements-dev.txt", "dev"),
        ("dev_requirements.txt", "dev"),
        ("requirements/tests.txt", "test"),
        ("requirements/devices.txt", ""),
    ],
)
def test_the_name_tells_what_they_are_for(path: str, scope: str) -> None:
    assert told(CATALOGUER, "a==1", path) == {"a": ("1", scope)}


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, FIXTURE, folder + "requirements.txt") == []


def test_encodings() -> None:
    assert versions("a==1".encode("utf-16")) == versions(b"\xef\xbb\xbfa==1") == versions(b"a==1 # \xe4") == {"a": "1"}


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"\\\n" * 100_000, b"-r requirements.txt\n" * 1000)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, b"#" * (17 << 20), PATH)


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
EXTRAS = st.sampled_from(["", "[a]", "[a, b]"])
MARKERS = st.sampled_from(["", '; python_version > "3.8"', " ; extra == 'a'"])
SPECIFIERS = st.lists(
    st.tuples(st.sampled_from(["==", ">=", "!=", "<", "~="]), st.sampled_from(["1.0", "2.0.1", "3.1rc1"])).map("".join),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(NAMES, EXTRAS, SPECIFIERS, st.sampled_from([",", ", ", " ,"]), MARKERS)
def test_pins_are_those_that_packaging_reads(name: str, extras: str, some: list[str], comma: str, marker: str) -> None:
    line = f"{name}{extras}{comma.join(some)}{marker}"
    specifiers = Requirement(line).specifier
    pins = {one.version for one in specifiers if one.operator == "=="}
    found = [one.version for one in facts(CATALOGUER, line, PATH) if hasattr(one, "version")]
    assert set(found) <= pins
    assert bool(found) == bool(pins)


@settings(max_examples=100, deadline=None)
@given(mutated(FIXTURE[:800]) | st.text("ab=[]@-r #;\\\n:/.", max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
