"""The file's shape: good and bad files, to the loader and to the published JSON Schema alike."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import report
from pratique.errors import PolicyError
from pratique.limits import DEFAULT as LIMITS
from pratique.model import Action, Result
from pratique.policy.cases import read
from pratique.policy.document import Document
from pratique.policy.evaluate import decide
from pratique.policy.json_schema import json_schema
from pratique.policy.schema import DEFAULT, OnUnknown, Policy, Response, load
from pratique.policy.subject import ENVIRONMENT

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "pratique.yaml"
PAGE = (DOCS / "policy.md").read_text(encoding="utf-8")

RULE = "gate:\n  - name: a\n    when: 'true'\n    action: fail\n"
PROMISE = "suppress:\n  - id: CVE-1\n    package: a\n    reason: r\n    owner: o\n    expires: 2026-12-31\n"

OF_IMAGE = PROMISE.replace("CVE-1", "image-old").replace("package: a", "image: app")

GATE = "    gate:\n      - {name: a, when: finding.fixable, action: fail}\n"
SCOPE = f"scopes:\n  - name: prod\n    when: target.env == 'prod'\n{GATE}"

GOOD = [
    "version: 1",
    OF_IMAGE,
    OF_IMAGE + "    path: etc/x",
    RULE,
    PROMISE,
    RULE + PROMISE + "max_suppression_days: 1\non_unknown: warn",
    "max_feed_age_days: 365",
    RULE + "    grace_days: 365",
    RULE + "    grace_days: 0",
    RULE.replace("fail", "allow"),
    PROMISE + "    version: '>=1.0 <2.0'",
    PROMISE + "    version: '1'\n    path: a b/c\n    image: shop/app:1\n    accept_kev: true",
    "suppress: []",
    "suppress:\n  # - id: CVE-1\n",
    "on_unknown: {}",
    "on_unknown: {blocking: ignore, noted: block}",
    "on_unknown: block",
    "extends: strict",
    "extends: ../org/pratique.yaml",
    "extends: 'an org/a file.yaml'",
    f"extends: https://h/p.yaml#sha256:{'0' * 64}",
    f"extends: oci://registry.example/policies/p@sha256:{'0' * 64}",
    RULE + "    grace_days: 7\n    grace_from: published",
    SCOPE,
    SCOPE + "    on_unknown: warn",
    SCOPE.replace(GATE, "    on_unknown: {noted: block}\n"),
    RULE + "loosen: {rules: [a], suppress: [a, kev], max_suppression_days: 1, on_unknown: true, licences: false}",
    SCOPE + "loosen: {rules: [prod/a], suppress: true, max_feed_age_days: 365}",
    "loosen: {rules: all, suppress: [epss]}",
    "loosen: {}",
    "scopes: []",
]
BAD = [
    ("extends: ''", "1:10", "extends: expected a preset's name, a path, a URL or oci://REFERENCE, not ''"),
    ("extends: [a, b]", "1:10", "extends: expected text, not a list"),
    ("extend: strict", "1:1", "did you mean 'extends'?"),
    (SCOPE.replace("prod\n", "Prod\n"), "2:11", "lower-case letters"),
    (SCOPE.replace("when: target", "whne: target"), "3:5", "no key 'whne' here; did you mean 'when'?"),
    (SCOPE.replace("    when: target.env == 'prod'\n", ""), "2:5", "'when' is missing here"),
    (SCOPE.replace(GATE, "    gate: []\n"), "4:11", "at least one entry"),
    (SCOPE.replace("action: fail", "actoin: fail"), "5:42", "did you mean 'action'?"),
    (SCOPE.replace("action: fail", "action: fial"), "5:50", "'fial' is none of fail, warn, allow; did you mean"),
    (SCOPE + "    on_unknown: {notde: warn}", "6:18", "did you mean 'noted'?"),
    (SCOPE + "    on_unknown: {noted: blok}", "6:25", "did you mean 'block'?"),
    (SCOPE + "    suppress: []", "6:5", "no key 'suppress' here"),
    ("scopes: {}", "1:9", "expected a list, not a mapping"),
    (SCOPE.replace(GATE, ""), "2:5", "the scope 'prod' has neither gate nor on_unknown"),
    ("loosen: true", "1:9", "expected a mapping, not true or false"),
    ("loosen: {rule: [a]}", "1:10", "no key 'rule' here; did you mean 'rules'?"),
    ("loosen: {rules: al}", "1:17", "'al' is none of all, or a list of rules; did you mean 'all'?"),
    ("loosen: {rules: ['*']}", "1:18", "expected the name of a rule, or SCOPE/RULE, not '*'"),
    ("loosen: {rules: [a/b/c]}", "1:18", "expected the name of a rule"),
    ("loosen: {suppress: yes}", "1:20", "expected true or false or a list, not text: 'yes'"),
    ("loosen: {suppress: ['']}", "1:21", "expected the name of a rule"),
    ("loosen: {max_suppression_days: 366}", "1:32", "<= 365"),
    ("loosen: {max_feed_age_days: null}", "1:29", "expected a whole number, not nothing"),
    ("loosen: {on_unknown: warn}", "1:22", "expected true or false, not text"),
    ("on_unknown: {noted: null}", "1:21", "expected text, not nothing"),
    ("max_feed_age_days: ~", "1:20", "expected a whole number, not nothing"),
    (RULE + "    grace_days: 7\n    grace_from: fxi", "6:17", "did you mean 'fix'?"),
    (RULE + "    grace_from: fix", "5:5", "grace_from says where grace_days are counted from; there are none"),
    (RULE.replace("fail", "warn") + "    grace_days: 7\n    grace_from: fix", "5:5", "grace_days softens a failure"),
    (RULE.replace("fail", "warn") + "    grace_from: fix", "5:5", "grace_from softens a failure"),
    (PROMISE.replace("CVE-1", "image-old"), "2:5", "'image' is missing here"),
    (PROMISE.replace("package: a", "image: app"), "2:5", "'package' is missing here"),
    (OF_IMAGE + "    package: a", "7:5", "'package' has no place here: image-old is a finding of an image"),
    (OF_IMAGE + "    version: '1'", "7:5", "'version' has no place here"),
    ("[]", "1:1", "expected a mapping, not a list: []"),
    ("policy", "1:1", "expected a mapping, not text: 'policy'"),
    ("gates: []", "1:1", "no key 'gates' here; did you mean 'gate'?"),
    ("gate: []", "1:7", "at least one entry"),
    ("gate:", "1:6", "expected a list, not nothing: ''"),
    ("gate: {}", "1:7", "expected a list, not a mapping"),
    ("gate: [a]", "1:8", "expected a mapping, not text: 'a'"),
    (RULE.replace("name: a", "nmae: a"), "2:5", "no key 'nmae' here; did you mean 'name'?"),
    (RULE.replace("    action: fail\n", ""), "2:5", "'action' is missing here"),
    (RULE.replace("fail", "fial"), "4:13", "'fial' is none of fail, warn, allow; did you mean 'fail'?"),
    (RULE.replace("fail", "none"), "4:13", "'none' is none of"),
    (RULE.replace("fail", "[fail]"), "4:13", "expected text, not a list"),
    (RULE.replace("name: a", "name: A"), "2:11", "lower-case letters"),
    (RULE.replace("name: a", "name: 'a\n\n      '"), "2:11", "lower-case letters"),
    (RULE.replace("name: a", f"name: {'a' * 65}"), "2:11", "length <= 64"),
    (RULE.replace("name: a", "name: 1"), "2:11", "expected text, not a whole number: '1'"),
    (RULE.replace("'true'", "true"), "3:11", "expected text, not true or false: 'true'"),
    (RULE.replace("'true'", "''"), "3:11", "when"),
    (RULE + "    grace_days: -1", "5:17", ">= 0"),
    (RULE + "    grace_days: 366", "5:17", "<= 365"),
    (RULE + "    grace_days: 1.5", "5:17", "expected a whole number, not a number: '1.5'"),
    (RULE + "    grace_days: true", "5:17", "expected a whole number, not true or false"),
    (RULE.replace("fail", "warn") + "    grace_days: 3", "5:5", "grace_days softens a failure"),
    *(
        (re.sub(rf"    {key}: .*\n", "", PROMISE), "2:5", f"'{key}' is missing here")
        for key in ("package", "reason", "owner", "expires")
    ),
    (PROMISE.replace("id: CVE-1", "id: '*'"), "2:9", "a blanket suppression is refused"),
    (PROMISE.replace("id: CVE-1", "id: CVE-2024-*"), "2:9", "a blanket suppression is refused"),
    (PROMISE.replace("id: CVE-1", "id: ''"), "2:9", "a blanket suppression is refused"),
    (PROMISE.replace("package: a", "package: '*'"), "3:14", "a blanket suppression is refused"),
    (PROMISE.replace("package: a", "package: [a, b]"), "3:14", "expected text, not a list: ['a', 'b']"),
    (PROMISE.replace("reason: r", "reason: ' '"), "4:13", "a suppression without a reason"),
    (PROMISE.replace("reason: r", "reason:"), "4:12", "expected text, not nothing"),
    (PROMISE.replace("owner: o", "owner: ''"), "5:12", "a suppression without an owner"),
    (PROMISE.replace("2026-12-31", "never"), "6:14", "YYYY-MM-DD, not 'never'"),
    (PROMISE.replace("2026-12-31", "2026-02-29"), "6:14", "YYYY-MM-DD, not '2026-02-29'"),
    (PROMISE.replace("2026-12-31", "20261231"), "6:14", "expected a day as YYYY-MM-DD"),
    (PROMISE.replace("2026-12-31", "2026-12-31T00:00:00Z"), "6:14", "expected a day"),
    (PROMISE + "    version: 1.10", "7:14", "expected text, not a number: '1.10'"),
    (PROMISE + "    version: ''", "7:14", "expected one version, or a range as >=1.0 <2.0"),
    (PROMISE + "    version: '1.*'", "7:14", "without '*' or '?', not '1.*'"),
    *(
        (PROMISE + f"    version: '{text}'", "7:14", "expected one version, or a range as >=1.0 <2.0")
        for text in (
            "<",
            "< 2.0",
            "<2 <3",
            ">=1 >2",
            ">=1 <2 <3",
            "<2,>1",
            "=1",
            "!=1",
            "~1",
            "^1",
            "<<2",
            "1 2",
            "1 <2",
        )
    ),
    (PROMISE + "    path: usr/*", "7:11", "one exact path"),
    (PROMISE + "    image: shop/?", "7:12", "one exact value"),
    (PROMISE + "    accept_kev: yes", "7:17", "expected true or false, not text: 'yes'"),
    (PROMISE + "    accept-kev: true", "7:5", "did you mean 'accept_kev'?"),
    ("max_suppression_days: 0", "1:23", ">= 1"),
    ("max_suppression_days: 366", "1:23", "<= 365"),
    ("max_feed_age_days: 0", "1:20", ">= 1"),
    ("max_feed_age_day: 3", "1:1", "did you mean 'max_feed_age_days'?"),
    ("max_suppression_days: 90 days", "1:23", "expected a whole number, not text"),
    ("on_unknown: blok", "1:13", "did you mean 'block'?"),
    ("on_unknown: {blocking: fail}", "1:24", "'fail' is none of block, warn, ignore"),
    ("on_unknown: {bloking: warn}", "1:14", "did you mean 'blocking'?"),
    ("on_unknown: 3", "1:13", "expected text or a mapping"),
    ("version: 2", "1:10", "'2' is not a version of this format"),
    ("version: '1'", "1:10", "expected a whole number"),
    ("images: {}", "1:1", "'images' is not supported yet"),
    ("version: 1\ntrust: {}", "2:1", "'trust' is not supported yet"),
]
# what a schema cannot say
LOADER_ONLY = [
    (PROMISE + "    version: '<\u00fc'", "7:14", "version: '\u00fc' is a version in no ecosystem"),
    (SCOPE + SCOPE[8:], "6:11", "a second scope 'prod'"),
    (SCOPE + GATE[10:], "6:16", "a second rule 'a'"),
    (SCOPE.replace("target.env", "target.evn"), "3:18", "no field 'evn' in 'target'; did you mean 'env'?"),
    (SCOPE.replace("finding.fixable", "finding.fixabel"), "5:33", "did you mean 'fixable'?"),
    (SCOPE.replace("target.env", "finding.id") + "    on_unknown: warn", "6:5", "on_unknown is said of whole images"),
    (RULE + "loosen: {rules: [b]}", "5:18", "rules: there is no rule 'b'"),
    ("loosen: {suppress: [epss, epss-wach]}", "1:27", "there is no rule 'epss-wach'; did you mean 'epss-watch'?"),
    (SCOPE + "loosen: {rules: [a]}", "6:18", "there is no rule 'a'"),
    ("extends: guidline", "1:10", "extends: no preset 'guidline'; did you mean 'guideline'?"),
    ("extends: https://h/p.yaml", "1:10", "needs the digest of the bytes there"),
    ("extends: https://h/p.yaml#sha256:0", "1:10", "needs the digest of the bytes there"),
    (f"extends: http://h/p.yaml#sha256:{'0' * 64}", "1:10", "is fetched by https://HOST/PATH"),
    (f"extends: https://u:p@h/p.yaml#sha256:{'0' * 64}", "1:10", "may not hold a user or a password"),
    (f"extends: https://[h/p.yaml#sha256:{'0' * 64}", "1:10", "is no URL"),
    ("extends: oci://registry.example/UPPER", "1:10", "a repository is lower case"),
    ("extends: ftp://h/p.yaml", "1:10", "is no reference to a policy"),
    (RULE + RULE[6:], "5:11", "a second rule 'a'"),
    (RULE.replace("name: a", "name: problem"), "2:11", "choose another name"),
    (RULE.replace("'true'", "finding.epsss > 1"), "3:19", "no field 'epsss' in 'finding'; did you mean 'epss'?"),
    (RULE.replace("'true'", "'finding.epsss > 1'"), "3:20", "no field 'epsss'"),
    (RULE.replace("'true'", "|\n      true &&\n      finding.keV"), "5:15", "did you mean 'kev'?"),
    (RULE.replace("'true'", "finding.id"), "3:19", "a condition is true or false"),
    (RULE.replace("'true'", "finding.severity == 'hihg'"), "3:31", "did you mean 'high'?"),
    (RULE.replace("'true'", "finding.severity >= 'high'"), "3:28", "name them"),
    (RULE.replace("'true'", "finding.package.version < '2'"), "3:35", "versions do not sort as text"),
]


def plain(text: str) -> Any:
    return Document(text, "pratique.yaml", LIMITS).root.plain()


def valid(text: str) -> bool:
    schema = msgspec.json.decode(json_schema())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return bool(validator.is_valid(plain(text)))


def test_the_published_schema_is_the_generated_one() -> None:
    """Regenerate: python -c "from pratique.policy.json_schema import json_schema as s; print(s().decode(), end='')"."""
    assert (DOCS / "policy.schema.json").read_bytes() == json_schema()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(msgspec.json.decode(json_schema()))


@pytest.mark.parametrize("text", [*GOOD, EXAMPLE.read_text()])
def test_good_files(text: str) -> None:
    assert isinstance(load(text, "pratique.yaml"), Policy)
    assert valid(text)


@pytest.mark.parametrize(("text", "where", "words"), BAD)
def test_bad_files(text: str, where: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text, "pratique.yaml")
    assert str(caught.value).startswith(f"pratique.yaml:{where}: ")
    assert words in str(caught.value)
    assert not valid(text)


@pytest.mark.parametrize(("text", "where", "words"), LOADER_ONLY)
def test_what_only_the_loader_sees(text: str, where: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text, "pratique.yaml")
    message = str(caught.value)
    assert message.startswith(f"pratique.yaml:{where}: ")
    assert words in message
    assert message.splitlines()[-1].index("^") == int(where.split(":")[1]) + 1
    assert valid(text)


def test_the_empty_policy_is_refused() -> None:
    for text in ("", "{}", "# nothing"):
        with pytest.raises(PolicyError, match="the policy is empty"):
            load(text, "pratique.yaml")
    assert not jsonschema.Draft202012Validator(msgspec.json.decode(json_schema())).is_valid({})


def test_a_number_for_a_text_is_to_be_quoted_as_it_was_written() -> None:
    with pytest.raises(PolicyError) as caught:
        load(PROMISE + "    version: 1.10", "pratique.yaml")
    assert caught.value.hint == 'put it in quotes: "1.10"'


def test_what_is_loaded() -> None:
    policy = load(EXAMPLE.read_text(), "here/pratique.yaml")
    assert [rule.name for rule in policy.gate][:5] == ["kev", "malware", "secrets", "wont-fix", "likely"]
    assert (policy.gate[4].action, policy.gate[4].grace_days) == (Action.FAIL, 14)
    assert policy.suppress[1].expires == date(2026, 12, 3)
    assert policy.suppress[1].accept_kev
    assert policy.path == "here/pratique.yaml"
    assert load("on_unknown: warn", "p").on_unknown == OnUnknown(Response.WARN)


def test_without_a_gate_the_default_one_holds() -> None:
    assert load("version: 1", "p").gate == DEFAULT.gate


def test_the_example_decides() -> None:
    policy = load(EXAMPLE.read_text(), "pratique.yaml")
    findings = [
        {"id": "CVE-2023-45853", "package": "zlib1g 1.2", "kev": "2026-01-01"},
        {"id": "CVE-2024-1", "epss": 0.2, "fix": ["2"], "fixed_on": "2026-11-15"},
        {"id": "CVE-2024-2", "severity": "high", "fix": ["2"]},
        {"id": "CVE-2023-45853", "package": "zlib1g 1.2", "epss": 0.7},
    ]
    case = {"image": "registry.example/production/app:1", "findings": findings}
    found = decide(report(case), policy, datetime(2026, 11, 21, tzinfo=UTC))
    decisions = [f"{each.decision.action.value} {each.decision.rule}" for each in found.findings]
    assert decisions == ["fail kev", "warn likely", "warn unscored", "allow epss"]
    assert found.verdict.result is Result.FAIL


def test_each_policy_of_the_page_loads() -> None:
    *blocks, cases = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 9
    assert [case.rule for case in read(cases, "policy.md")] == ["likely"]
    policies = [load(block, "policy.md") for block in blocks]
    default = [(rule.name, rule.when.text, rule.action, rule.grace_days) for rule in DEFAULT.gate]
    assert [(rule.name, rule.when.text, rule.action, rule.grace_days) for rule in policies[1].gate] == default


def test_the_page_tells_each_field() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([a-z()]+) \| (.*?) \| (yes)? ?\|$", PAGE, re.MULTILINE)
    told = [(name, kind, optional) for name, kind, _, optional in rows]
    fields = ENVIRONMENT.fields.items()
    assert told == [(name, str(field.type), "yes" if field.optional else "") for name, field in fields]
    for (_, field), (_, _, about, _) in zip(fields, rows, strict=True):
        assert about.startswith(field.about)
        assert all(f"`{choice}`" in about for choice in field.choices)


SPOILED = st.sampled_from(
    ["", "x", "1", "[]", "{}", "~", "'*'", "fail", "finding.kev", "2026-12-31", "\n  - ", ": ", "&a", "\t", "!!x", "#"]
)


@given(st.sampled_from([*GOOD, EXAMPLE.read_text()]), st.data())
def test_a_spoiled_file_loads_or_is_a_policy_error(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    spoiled = text[:start] + data.draw(SPOILED) + text[end:]
    try:
        load(spoiled, "pratique.yaml")
    except PolicyError as error:
        assert re.match(r"pratique\.yaml:\d+:\d+: ", str(error))  # noqa: PT017
        return
    assert valid(spoiled)
