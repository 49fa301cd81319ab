"""What conditions mean: against CEL libraries where they are installed, and by hand where the subset decides itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expr.expressions import CONDITION, ENVIRONMENT, FIELDS, MISSING, ROW, nested, show
from pratique.errors import PolicyError
from pratique.expr import ExpressionError, compile
from pratique.expr.parser import parse
from pratique.limits import DEFAULT, Limits


def holds(text: str, row: tuple[object, ...] = ROW) -> bool:
    return compile(text, ENVIRONMENT)(row)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "finding.kev",
        "finding.kev || finding.epss >= 0.9",
        "finding.epss >= 0.5 && finding.layer < 4",
        "1 < 1.5 && 1 == 1.0 && 9007199254740993 != 9007199254740992.0",
        "finding.layer == 3.0 && finding.layer in [1.0, 3.0]",
        "3 in [1, 2.0, 3]",
        '"b" in finding.aliases && !("c" in finding.aliases)',
        'finding.aliases == ["GHSA-jfh8", "b"]',
        'finding.aliases + ["c"] == ["GHSA-jfh8", "b", "c"]',
        "[] + [1] == [1] && [] == finding.aliases + [] ? false : true",
        "size(finding.aliases) == 2 && finding.aliases.size() == 2",
        'size("äb") == 2',
        'finding.id.startsWith("CVE-") && finding.id.endsWith("28") && finding.id.contains("2021")',
        'finding.id.matches("^CVE-[0-9]{4}-") && matches(finding.id, "44") && !finding.id.matches("^44")',
        'finding.severity in ["high", "critical"]',
        'finding.severity == "high" && "high" == finding.severity',
        '"a" < "b" && "Z" < "a" && "ä" > "z"',
        "(finding.kev ? 1 : 2) == 1",
        "(!finding.kev ? [] : [1]) == [1]",
        "-finding.layer == -3 && - -1 == 1",
        "finding.epss + 0.5 == 1.0 && finding.layer - 1 == 2",
        'finding.package.name + "-" + finding.id == "log4j-core-CVE-2021-44228"',
        "has(finding.epss) && has(finding.package.name)",
        "finding.epss != null && !(finding.epss == null)",
        "null == null",
        "-9223372036854775808 < 9223372036854775807",
    ],
)
def test_what_holds(text: str) -> None:
    assert holds(text)
    assert not holds(f"!({text})")


@pytest.mark.parametrize(
    "comparison",
    [
        *(f"finding.epss {relation} 0.5" for relation in ("==", "!=", "<", "<=", ">", ">=")),
        *(f"0.5 {relation} finding.epss" for relation in ("==", "!=", "<", "<=", ">", ">=")),
        *(f"finding.epss {relation} finding.epss" for relation in ("==", "!=", "<=")),
        "finding.epss + 0.1 < 1.0",
        "-finding.epss < 1.0",
        "finding.epss in [0.5]",
        "finding.layer in [3, 4]",
        "finding.package.name in finding.aliases",
        'finding.package.name != ""',
        'finding.package.name.startsWith("")',
        'finding.package.name.contains("")',
        'finding.package.name.matches("")',
        '"a".contains(finding.package.name)',
        "size(finding.package.name) >= 0",
        'finding.package.name + "a" != ""',
        "(finding.kev ? finding.epss : 0.1) >= 0.0",
        "has(finding.epss)",
        "finding.epss != null",
    ],
)
def test_a_comparison_with_a_missing_value_is_false_and_its_negation_true(comparison: str) -> None:
    assert not holds(comparison, MISSING)
    assert holds(f"!({comparison})", MISSING)
    assert holds(f"!({comparison}) || finding.kev", MISSING)
    assert not holds(f"({comparison}) && finding.kev", MISSING)


def test_the_absence_of_a_value_can_be_asked_for() -> None:
    assert holds("finding.epss == null && !has(finding.epss)", MISSING)
    assert not holds("finding.epss == null || !has(finding.epss)")


def test_a_sum_past_64_bits_is_missing() -> None:
    """langdef.md, Overflow, makes it an error; a gate must not stop there."""
    for text in ("9223372036854775807 + 1 {} 0", "-9223372036854775808 - 1 {} 0", "-(-9223372036854775808) {} 0"):
        assert not any(holds(text.format(relation)) for relation in ("<", ">", "==", "!="))


def test_a_condition_shows_its_text() -> None:
    assert compile("true", ENVIRONMENT).text == "true"
    assert repr(compile("true", ENVIRONMENT)) == "Condition('true')"


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("finding.epsss > 0.1", "1:9", "no field 'epsss' in 'finding'; did you mean 'epss'?"),
        ("finding.packag.name == ''", "1:9", "did you mean 'package'?"),
        ("finding.package.nam == ''", "1:17", "no field 'nam' in 'finding.package'; did you mean 'name'?"),
        ("finding.zzzzzz > 0.1", "1:9", "there are: aliases, epss, id, kev"),
        ("findings.kev", "1:1", "no variable 'findings'; did you mean 'finding'?"),
        ("kev", "1:1", "did you mean 'finding.kev'?"),
        ("true &&\n  finding.keV", "2:11", "did you mean 'kev'?"),
        ("finding", "1:1", "take one of its fields"),
        ("finding.package == null", "1:9", "take one of its fields: name"),
        ("finding.id.x == ''", "1:12", "a string has no fields"),
        ("'a'.x == ''", "1:5", "a string has no fields"),
        ("finding.epss", "1:9", "a condition is true or false; this is a value of type double"),
        ("1", "1:1", "of type int"),
        ("finding.epss && true", "1:9", "'&&' takes a bool, and this is of type double"),
        ("!finding.id", "1:10", "'!' takes a bool"),
        ("finding.id ? true : false", "1:9", "'?' takes a bool"),
        ("(true ? 1 : 1.0) == 1", "1:7", "of one type, not int and double; write the integer as a double"),
        ("finding.epss == '0.5'", "1:14", "double and string do not compare"),
        ("finding.kev == 1", "1:13", "bool and int do not compare"),
        ("finding.kev == null", "1:13", "never missing"),
        ("finding.kev < true", "1:13", "orders two numbers or two strings, not bool and bool"),
        ("finding.epss < 'a'", "1:14", "orders two numbers or two strings"),
        ("finding.epss < null", "1:14", "orders two numbers or two strings"),
        ("finding.severity >= 'high'", "1:18", "levels have no order as text"),
        ("finding.severity == 'hihg'", "1:21", "'hihg' is none of its values; did you mean 'high'?"),
        ("'High' == finding.severity", "1:1", "did you mean 'high'?"),
        ("finding.severity in ['high', 'medum']", "1:30", "there are: high, low, critical"),
        ("finding.id in finding.id", "1:12", "'in' takes a list on its right"),
        ("1 in finding.aliases", "1:3", "a int is never in a list(string)"),
        ("1 in ['a']", "1:3", "a int is never in a list(string)"),
        ("[1, 'a'] == [1]", "1:5", "a list holds values of one type, not int and string"),
        ("[finding.epss] == [0.5]", "1:10", "may not be missing"),
        ("[null] == [null]", "1:2", "may not be missing"),
        ("1 + 1.0 > 0", "1:3", "'+' is not defined for int and double; write the integer as a double"),
        ("'a' - 'b' == ''", "1:5", "'-' is not defined for string and string"),
        ("'a' + 1 == ''", "1:5", "'+' is not defined for string and int"),
        ("true + true == true", "1:6", "'+' is not defined"),
        ("[1] + ['a'] == [1]", "1:5", "'+' is not defined"),
        ("-'a' == 'a'", "1:1", "'-' takes a number"),
        ("has(finding.kev)", "1:1", "never missing, so has() says nothing"),
        ("has(finding)", "1:1", "has() takes one field"),
        ("has('a')", "1:1", "has() takes one field"),
        ("has(finding.epss, finding.epss)", "1:1", "has() takes one field"),
        ("has(finding.nope)", "1:13", "no field 'nope'"),
        ("finding.id.startswith('C')", "1:12", "no method 'startswith'; did you mean 'startsWith'?"),
        ("startsWith(finding.id, 'C')", "1:1", "startsWith() is a method"),
        ("finding.id.has()", "1:12", "no method 'has'"),
        ("finding.id.startsWith()", "1:12", "takes 1 argument"),
        ("size() == 1", "1:1", "takes 1 argument"),
        ("finding.id.size(1) == 1", "1:12", "takes 0 argument"),
        ("size(finding.epss) == 1", "1:1", "size() takes a string or a list, not double"),
        ("finding.id.startsWith(1)", "1:23", "takes a string, and this is of type int"),
        ("finding.epss.startsWith('1')", "1:9", "takes a string, and this is of type double"),
        ("finding.aliases.exists(a, a == 'b')", "1:17", "not part of this subset"),
        ("int('1') == 1", "1:1", "not part of this subset"),
        ("sizeof(finding.id) == 1", "1:1", "no function 'sizeof'; did you mean 'size'?"),
        ("finding.id.matches(finding.id)", "1:28", "a pattern that is written out"),
        ("finding.id.matches('(a')", "1:20", "'(' without ')'"),
        ("finding.id.matches('(?=a)')", "1:20", "look-around"),
    ],
)
def test_mistakes(text: str, at: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text, ENVIRONMENT)
    error = caught.value
    assert str(error).startswith(f"{at}: ")
    assert f"{error.line}:{error.column}" == at
    assert words in error.reason
    assert words in str(error)


@given(CONDITION)
def test_a_well_typed_condition_compiles_and_means_what_its_printed_form_means(text: str) -> None:
    printed = show(parse(text, DEFAULT))
    deep = Limits(expression=1 << 16, expression_depth=100)
    for row in (ROW, MISSING):
        assert compile(printed, ENVIRONMENT, deep)(row) is compile(text, ENVIRONMENT, deep)(row)


VALUES = ["finding", "finding.epsss", "true", "null", "0.5", "3", "'high'", "[1]", "[]"]
SYMBOLS = ["(", ")", "!", "-", "&&", "||", "==", "!=", "<", ">=", "in", "+", "?", ":", ","]
CALLS = ["has(", "size(", ".matches('a+')", ".contains(", ".x"]
FRAGMENTS = st.sampled_from([*FIELDS, *VALUES, *SYMBOLS, *CALLS])


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=12).map(" ".join))
def test_any_text_compiles_and_runs_or_is_a_policy_error(text: str) -> None:
    try:
        condition = compile(text, ENVIRONMENT)
    except PolicyError:
        return
    assert condition(ROW) in (True, False)
    assert condition(MISSING) in (True, False)


@given(st.text(max_size=40))
def test_any_characters_compile_or_are_a_policy_error(text: str) -> None:
    try:
        compile(text, ENVIRONMENT)
    except PolicyError:
        return


@settings(max_examples=300)
@given(CONDITION)
def test_against_common_expression_language(text: str) -> None:
    """The PyPI package of that name: cel-rust, which compares numbers across types and counts sizes in bytes."""
    cel = pytest.importorskip("cel", reason="common-expression-language is not installed")
    assert cel.evaluate(text, nested()) is holds(text)
