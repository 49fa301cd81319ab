"""Policies and what they extend, as they are read from files and presets; what cannot be had is never an open gate."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopback import Reply, serve
from policy_files import HTML, QUICK, TEXT, places, sha256, written
from pratique.errors import NotFound, PolicyError, UsageError
from pratique.limits import DEFAULT
from pratique.model import Action, Report
from pratique.oci.options import Options
from pratique.policies import Parents, found, preset_text, read_policy, read_preset
from pratique.policy import schema
from pratique.policy.evaluate import decide
from pratique.policy.inherit import status
from pratique.policy.schema import PRESETS, Policy


def test_a_policy_that_is_a_link_to_nowhere_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pratique.yaml").symlink_to("absent")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyError, match=r"'pratique\.yaml' is a link that leads nowhere: there is no '.*/absent'"):
        read_policy(None)
    (tmp_path / "ring.yaml").symlink_to("ring.yaml")
    with pytest.raises(PolicyError, match=r"'.*ring\.yaml' is a link that leads nowhere"):
        read_policy(written(tmp_path, "extends: ring.yaml\n", "child.yaml"))


def test_the_policy_of_the_working_directory_has_two_names_and_one_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (found(), read_policy(None)) == ("", schema.DEFAULT)
    written(tmp_path, TEXT, "pratique.yml")
    assert found() == "pratique.yml"
    assert places(read_policy(None)) == ["pratique.yml"]
    (tmp_path / "pratique.yaml").symlink_to("absent")
    with pytest.raises(UsageError, match=r"'pratique\.yaml' and 'pratique\.yml' are both here"):
        read_policy(None)
    assert places(read_policy(Path("pratique.yml"))) == ["pratique.yml"]


def test_a_policy_file_that_is_missing_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="absent"):
        read_policy(tmp_path / "absent.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"gate: \xff")
    with pytest.raises(PolicyError, match="UTF-8"):
        read_policy(tmp_path / "binary.yaml")
    with pytest.raises(PolicyError, match="null byte"):
        read_policy(Path("a\0b"))


def test_what_may_never_end_is_not_waited_for(tmp_path: Path) -> None:
    """tests/test_given.py has what else may be none."""
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(PolicyError, match=f"cannot read the policy '{tmp_path}/pipe.yaml': it is a pipe"):
        read_policy(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to("pipe.yaml")
    for name in ("pipe.yaml", "link.yaml"):
        with pytest.raises(PolicyError, match=r"pratique.yaml:1:10: extends: cannot read .* it is a pipe"):
            read_policy(written(tmp_path, f"extends: {name}\n"))
    written(tmp_path, " " * (DEFAULT.policy + 1), "huge.yaml")
    with pytest.raises(PolicyError, match=r"huge.yaml: the policy is longer than"):
        read_policy(written(tmp_path, "extends: huge.yaml\n"))


def test_a_pipe_that_the_caller_opened_is_read(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, TEXT.encode())
    os.close(write)
    try:
        assert [rule.name for rule in read_policy(Path(f"/dev/fd/{read}")).rules()] == ["high"]
    finally:
        os.close(read)


def test_a_scan_by_the_built_in_policy_reads_no_yaml(tmp_path: Path) -> None:
    """It would take 30 ms."""
    program = "import sys, pratique.api; assert pratique.api.read_policy(None).name == 'default'; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "pratique.policy.schema" in run.stdout.split()
    assert "yaml" not in run.stdout.split()


def test_a_path_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    written(tmp_path, "extends: org.yaml\nmax_feed_age_days: 9\n", "org/team.yaml")
    written(tmp_path, TEXT, "org/org.yaml")
    policy = read_policy(written(tmp_path, "extends: ../org/team.yaml\n", "app/pratique.yaml"))
    assert places(policy) == [
        str(tmp_path / "app" / "pratique.yaml"),
        str(tmp_path / "app" / "../org/team.yaml"),
        str(tmp_path / "app" / "../org/org.yaml"),
    ]
    assert policy.max_feed_age_days == 9
    assert [each.gate for each in policy.line()][:2] == [(), ()]


def test_it_is_shown_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, TEXT, "org/org.yaml")
    written(tmp_path, "extends: ../org/org.yaml\n", "app/pratique.yaml")
    monkeypatch.chdir(tmp_path / "app")
    assert places(read_policy(None)) == ["pratique.yaml", "../org/org.yaml"]


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (None, "cannot read the policy"),
        (b"gate: \xff", "is not UTF-8: byte 6"),
        (HTML.encode(), "is no policy, but a page"),
        (b"", "the policy is empty"),
        (b"[1]", "org.yaml:1:1: the policy: expected a mapping"),
        (b"gaet: []", "did you mean 'gate'?"),
        (b"#" * (DEFAULT.policy + 1), "longer than"),
        (b"extends: pratique.yaml", "extend one another in a ring"),
        (b"extends: org.yaml", "extend one another in a ring"),
        (b"extends: link.yaml", "extend one another in a ring"),
        (b"extends: ./", "is not called .yaml"),
        (b"extends: secret.json", "'secret.json' is not called .yaml or .yml"),
        (b"extends: secret.yaml", "a link to"),
        (b"extends: folder.yaml", "Is a directory"),
    ],
)
def test_a_parent_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parent: bytes | None, words: str
) -> None:
    if parent is not None:
        (tmp_path / "org.yaml").write_bytes(parent)
    (tmp_path / "link.yaml").symlink_to("org.yaml")
    written(tmp_path, "{password: hunter2}", "secret.json")
    (tmp_path / "secret.yaml").symlink_to("secret.json")
    (tmp_path / "folder.yaml").mkdir()
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "version: 1\nextends: org.yaml\n")
    with pytest.raises(PolicyError) as caught:
        read_policy(None)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_policy_that_nobody_named_is_quoted_from_only_as_a_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository's own file may be a link to what the machine keeps for itself."""
    written(tmp_path, "{password: hunter2}", "secret.json")
    (tmp_path / "pratique.yaml").symlink_to("secret.json")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyError, match="is not called") as caught:
        read_policy(None)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(PolicyError, match="password"):
        read_policy(Path("pratique.yaml"))  # who names it, means it


def test_the_place_of_the_reference_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, "version: 1\nextends: org.yaml\n")
    with pytest.raises(PolicyError) as caught:
        read_policy(file)
    assert str(caught.value).startswith(f"{file}:2:10: extends: cannot read the policy")
    assert str(caught.value).endswith("^")


def test_eight_policies_behind_one_another_are_the_most(tmp_path: Path) -> None:
    written(tmp_path, TEXT, "p0.yaml")
    for number in range(1, 9):
        written(tmp_path, f"extends: p{number - 1}.yaml\n", f"p{number}.yaml")
    assert len(places(read_policy(tmp_path / "p7.yaml"))) == 8
    with pytest.raises(PolicyError, match=r"p1\.yaml:1:10: extends: more than 8 policies"):
        read_policy(tmp_path / "p8.yaml")


# --- presets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_policy_that_lets_all_be_changed(name: str) -> None:
    policy = read_preset(name)
    assert (policy.name, policy.path, policy.loosen) == (name, "", schema.ANYTHING)
    assert policy.digest == sha256(preset_text(name))
    assert policy.gate[0].when.text == "finding.kev"
    assert policy.gate[0].action is Action.FAIL


def test_the_built_in_policy_is_the_preset_default() -> None:
    def told(policy: Policy) -> object:
        rules = [(rule.name, rule.when.text, rule.action, rule.grace_days) for rule in policy.gate]
        return rules, policy.loosen, policy.max_suppression_days, policy.max_feed_age_days, policy.digest, policy.name

    read = schema.load_source(schema.Source(preset_text("default"), "", "default"))
    assert told(read) == told(schema.DEFAULT)
    assert read_preset("default") is schema.DEFAULT


def test_presets_are_files_of_the_package() -> None:
    folder = Path(schema.__file__).parent / "presets"
    assert {file.stem for file in folder.iterdir()} == set(PRESETS)


@pytest.mark.parametrize("name", ["stirct", "", "../strict", "strict.yaml"])
def test_a_preset_that_does_not_exist(name: str) -> None:
    with pytest.raises(PolicyError, match="no preset"):
        read_preset(name)


def test_a_file_and_a_preset_are_two_policies(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two policies"):
        read_policy(written(tmp_path, TEXT), "strict")
    assert read_policy(None, "strict").name == "strict"


def test_a_preset_is_extended_without_anything_to_read(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, "extends: strict\n"))
    assert places(policy)[1:] == ["strict"]
    assert policy.parent is not None
    assert policy.parent.digest == read_preset("strict").digest


def test_a_parent_alone(tmp_path: Path) -> None:
    """What a reader of parents gives: the text, and what to call it."""
    found = Parents()(schema.Reference("path", str(written(tmp_path, TEXT))))
    assert (found.text, found.path) == (TEXT, str(tmp_path / "pratique.yaml"))
    with serve(lambda request: Reply(404)) as server, pytest.raises(NotFound):
        Parents(Options(environment={}), limits=QUICK)(schema.Reference("url", f"{server.url}/x", "sha256:0"))


def test_nothing_is_decided_by_a_part_of_a_policy(tmp_path: Path) -> None:
    """Whoever does not look for the parent has no gate, and no decision either."""
    policy = schema.load("extends: strict\n", "pratique.yaml")
    assert policy.parent is None
    with pytest.raises(PolicyError, match="was not looked for"):
        decide(Report("a", "2026-11-21"), policy, datetime(2026, 11, 21, tzinfo=UTC))


def test_the_digest_of_the_line(tmp_path: Path) -> None:
    own = "extends: org.yaml\n"
    written(tmp_path, TEXT, "org.yaml")
    told = status(read_policy(written(tmp_path, own)))
    both = f"{sha256(own)}\n{sha256(TEXT)}\n"
    assert told.digest == f"sha256:{hashlib.sha256(both.encode()).hexdigest()}"
    assert [(each.path, each.digest) for each in told.parents] == [(str(tmp_path / "org.yaml"), sha256(TEXT))]
