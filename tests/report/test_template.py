"""Templates of one's own: what they may show, what they may not reach, and that nothing of an image becomes markup."""

from __future__ import annotations

import csv
import io
import json
import os
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import msgspec
import pytest

from pratique.errors import UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import Report
from pratique.plugins import WriteOptions
from pratique.report import _template
from pratique.report._report_document import ReportDocument
from pratique.report._schema import report_schema
from pratique.report.json import documents
from report.test_formats import HOSTILE, hostile
from reports import ALL, CLEARED, FAILING

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "templates"
SHORT = msgspec.structs.replace(DEFAULT, template_seconds=1.0)


def render(
    folder: Path,
    text: str,
    *,
    name: str = "t.txt.j2",
    reports: tuple[Report, ...] = (FAILING,),
    limits: Limits = DEFAULT,
) -> str:
    (folder / name).write_text(text)
    return _template.render(folder / name, documents(reports, WriteOptions()), "report", limits)


def refused(folder: Path, text: str, limits: Limits = DEFAULT) -> str:
    with pytest.raises(UsageError) as caught:
        render(folder, text, limits=limits)
    return str(caught.value)


def example(name: str, *reports: Report) -> str:
    return _template.render(EXAMPLES / name, documents(reports, WriteOptions()), "report", DEFAULT)


def test_a_template_sees_the_document_of_the_schema(tmp_path: Path) -> None:
    whole = json.loads(render(tmp_path, "{{ report }}", name="t.json.j2"))
    jsonschema.validate(whole, json.loads(report_schema()))
    assert whole["findings"][0]["published"] == ""  # what JSON leaves out is there
    assert render(tmp_path, "{{ reports|length }} {{ report.target }}").split() == ["1", FAILING.target]


def test_names_of_the_document_are_none_of_a_dict_s_methods() -> None:
    names = {name for part in json.loads(report_schema())["$defs"].values() for name in part.get("properties", ())}
    assert not names & set(dir(dict))
    assert {field.encode_name for field in msgspec.structs.fields(ReportDocument)} <= names


def test_several_images_are_a_list_only(tmp_path: Path) -> None:
    assert render(tmp_path, "{% for one in reports %}{{ one.verdict.result }} {% endfor %}", reports=ALL).split() == [
        one.verdict.result.value for one in ALL
    ]
    (tmp_path / "one.j2").write_text("{{ report.target }}")
    with pytest.raises(UsageError, match="line 1: 'report' is undefined"):
        _template.render(tmp_path / "one.j2", documents(ALL, WriteOptions()), "report", DEFAULT)


def test_examples_tell_what_fails() -> None:
    comment = example("comment.md.j2", *ALL)
    assert "### FAIL: registry.example.org/team/app:1.4" in comment
    assert "- **log4j-core 2\\.14.1**: CVE-2021-44228 (exploited), CVE-2021-45046 (exploited)" in comment
    tickets = [json.loads(line) for line in example("tickets.jsonl.j2", FAILING, CLEARED).splitlines()]
    assert {one["title"].split()[0] for one in tickets} == {
        one.id for one in FAILING.findings if one.decision.action.value == "fail"
    }
    assert "<td>fail</td>\n<td>7</td>" in example("mail.html.j2", *ALL)


def test_the_same_bytes_twice() -> None:
    assert example("comment.md.j2", FAILING) == example("comment.md.j2", FAILING)


def test_no_example_lets_an_image_write_markup() -> None:
    class Tags(HTMLParser):
        found: tuple[str, ...] = ()

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found += (tag, *(name for name, _ in attrs))

    def tags(text: str) -> tuple[str, ...]:
        parser = Tags()
        parser.feed(text)
        return parser.found

    bad, plain = hostile(HOSTILE), hostile("plain")
    assert tags(example("mail.html.j2", bad)) == tags(example("mail.html.j2", plain))
    comment = example("comment.md.j2", bad)
    assert "<script" not in comment
    assert "@all" not in comment
    assert "](" not in comment.replace("\\](", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.md.j2", "\\*a\\*&lt;b&gt;"),
        ("a.HTML.jinja2", "*a*&lt;b&gt;"),
        ("a.xml", "*a*&lt;b&gt;"),
        ("a.json.j2", '"*a*<b>"'),
        ("a.csv.j2", "*a*<b>"),
        ("a.txt", "*a*<b>"),
        ("a", "*a*<b>"),
    ],
)
def test_the_ending_says_how_an_expression_is_escaped(tmp_path: Path, name: str, shown: str) -> None:
    report = msgspec.structs.replace(FAILING, target="*a*<b>")
    assert render(tmp_path, "{{ report.target }}", name=name, reports=(report,)) == shown
    assert render(tmp_path, '{{ "<i>"|safe }}', name=name) == "<i>"


def test_what_is_made_of_escaped_text_is_plain_again(tmp_path: Path) -> None:
    report = msgspec.structs.replace(FAILING, target="[x](y)")
    for text in (
        '{{ "**"|safe ~ report.target }}',
        '{{ "**"|safe + report.target }}',
        '{{ ["**"|safe, report.target]|join }}',
    ):
        assert "[x]" not in render(tmp_path, text, name="t.md.j2", reports=(report,)).replace("\\[x\\]", "")


@pytest.mark.parametrize(
    ("filter_", "shown"),
    [
        ("markdown", "=1\\[a\\],%&lt;b&gt;"),
        ("html", "=1[a],%&lt;b&gt;"),
        ("csv", '"\'=1[a],%<b>"'),
        ("json", '"=1[a],%<b>"'),
        ("terminal", "=1[a],%<b>"),
        ("workflow", "=1[a],%25<b>"),
        ("workflow_property", "=1[a]%2C%25<b>"),
    ],
)
def test_filters_escape_for_a_place_of_another_format(tmp_path: Path, filter_: str, shown: str) -> None:
    report = msgspec.structs.replace(FAILING, target="=1[a],%<b>")
    expected = "\\=1" + shown[2:] if filter_ == "markdown" else shown
    for name in ("t.txt.j2", "t.md.j2"):
        assert render(tmp_path, f"{{{{ report.target|{filter_} }}}}", name=name, reports=(report,)) == expected


def test_nothing_invisible_reaches_a_template(tmp_path: Path) -> None:
    made = render(tmp_path, "{{ report.target }}", reports=(hostile(HOSTILE),))
    assert made.isprintable()
    assert made.startswith("x\\x1b[31m \\x3a:error::a\\u202e|")


def test_bytes_that_are_no_utf_8_show_as_in_every_format(tmp_path: Path) -> None:
    report = msgspec.structs.replace(FAILING, target="a\udcff")
    assert render(tmp_path, "{{ report.target }}", reports=(report,)) == "a\\xff"


def test_csv_cells_stay_cells(tmp_path: Path) -> None:
    made = render(tmp_path, "{{ report.target }},{{ report.target }}\n", name="t.csv.j2", reports=(hostile('=1,"\n'),))
    assert list(csv.reader(io.StringIO(made))) == [["'=1,\"", "'=1,\""]]


ESCAPES = {
    '{{ "".__class__ }}': "unsafe",
    '{{ ""["__class__"]|string }}': "unsafe",
    '{{ ""|attr("__class__") }}': "unsafe",
    '{{ "{0.__class__}".format(1) }}': "unsafe",
    '{{ ("{0.__class__}"|attr("format"))(1) }}': "unsafe",
    "{{ reports.append(1) }}": "unsafe",
    "{{ report.update({}) }}": "unsafe",
    "{{ cycler.__init__.__globals__ }}": "unsafe",
    "{{ self.__init__ }}": "unsafe",
    "{{ lipsum() }}": "undefined",
    '{{ "x"|random }}': "No filter named 'random'",
    "{{ range(10**6)|list }}": "Range too big",
    '{% include "../secret.txt" %}': "outside",
    '{% include "/etc/hostname" %}': "outside",
    '{% include "link.txt" %}': "outside",
    '{% include "pipe" %}': "no regular file",
    '{% include "folder" %}': "no regular file",
    '{% include "gone.txt" %}': "No such file",
    '{% include "huge.txt" %}': "larger than",
    '{% include "bytes.txt" %}': "not UTF-8",
    '{% include "t.txt.j2" %}': "without end",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "without end",
    "a\n{{ report.tagret }}": "line 2: 'dict object' has no attribute 'tagret'",
    "a\n\n{% if %}": "line 3:",
    "{{ 1 / 0 }}": "division by zero",
    "{% for i in range(90000) %}{{ 'x' * 9999 }}{% endfor %}": "writes more than",
    "{{ 'x' * 10**11 }}": "of memory",
    "{{ 'x'.ljust(10**11) }}": "of memory",
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}": "takes more than 1 seconds",
    "{{ (10**(10**9)) }}": "takes more than 1 seconds",
}


@pytest.mark.parametrize(("text", "told"), ESCAPES.items(), ids=range(len(ESCAPES)))
def test_a_template_cannot_leave_its_bounds(tmp_path: Path, text: str, told: str) -> None:
    folder = tmp_path / "templates"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe")
    (folder / "huge.txt").write_bytes(b"x" * (DEFAULT.template + 1))
    (folder / "bytes.txt").write_bytes(b"\xff")
    found = refused(folder, text, SHORT if "seconds" in told else DEFAULT)
    assert told in found
    assert found.startswith(f"the template '{folder}")


def test_includes_of_its_own_folder_and_a_link_to_the_template(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "row.md").write_text("<{{ report.target }}>")
    (folder / "t.md.j2").write_text(
        '{% include "parts/row.md" %}{% extends "parts/row.md" if false else "parts/row.md" %}'
    )
    (tmp_path / "link.j2").symlink_to(folder / "t.md.j2")
    made = _template.render(tmp_path / "link.j2", documents((FAILING,), WriteOptions()), "report", DEFAULT)
    assert FAILING.target in made


def test_the_line_of_an_included_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text("\n\n{{ nothing }}")
    assert f"the template '{tmp_path}/part.txt', line 3: 'nothing' is undefined" in refused(
        tmp_path, '{% include "part.txt" %}'
    )


def test_a_template_is_given_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever got out of the sandbox would find no token there."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    probe = tmp_path / "jinja2.py"
    probe.write_text("import os, sys; sys.stderr.write(','.join(sorted(os.environ))); sys.exit(3)")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "t.txt").write_text("x")
    with pytest.raises(Exception, match="PYTHONDONTWRITEBYTECODE,PYTHONHASHSEED,PYTHONPATH") as caught:
        _template.check(tmp_path / "t.txt", DEFAULT)
    assert "TOKEN" not in str(caught.value)


def test_jinja_is_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jinja2.py").write_text("raise ImportError('not here')")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "t.txt").write_text("x")
    with pytest.raises(UsageError, match="needs Jinja") as caught:
        _template.check(tmp_path / "t.txt", DEFAULT)
    assert "pip install jinja2" in caught.value.hint


def test_a_check_finds_what_cannot_be_compiled_or_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read 'gone\.j2': No such file"):
        _template.check(tmp_path / "gone.j2", DEFAULT)
    (tmp_path / "t.j2").write_text("{{ x|nofilter }}")
    with pytest.raises(UsageError, match="line 1: No filter named 'nofilter'"):
        _template.check(tmp_path / "t.j2", DEFAULT)
    (tmp_path / "t.j2").write_text("{{ x }}")
    _template.check(tmp_path / "t.j2", DEFAULT)
