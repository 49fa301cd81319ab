from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from pratique.cli import _config, _parser
from pratique.errors import UsageError

KNOWN: Mapping[str, frozenset[str]] = {
    "scan": frozenset({"format", "workers", "no-cache", "platform", "config", "help", "quiet"}),
    "db build": frozenset({"from", "db", "config", "help"}),
    "db update": frozenset({"mirror", "db", "config", "help"}),
}


def scan_parser() -> _parser.Parser:
    parser = _parser.Parser("scan", "reads")
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--format", action="append")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--platform", choices=("linux", "windows", "all"), default="linux")
    parser.add_argument("--no-cache", action="store_true")
    _parser.add_general(parser)
    return parser


def resolve(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[dict[str, object], str]:
    err = io.StringIO()
    variables = {"HOME": "/nonexistent", **(environment or {})}
    namespace = _config.resolve(scan_parser(), arguments, variables, lambda: KNOWN, err)
    return vars(namespace), err.getvalue()


def test_defaults_where_nobody_says_otherwise() -> None:
    found, told = resolve("a", "b")
    assert found["targets"] == ["a", "b"]
    assert (found["format"], found["workers"], found["platform"], found["no_cache"]) == (None, 0, "linux", False)
    assert told == ""


def test_options_may_stand_between_targets() -> None:
    found, _ = resolve("a", "--workers", "3", "b", "--no-cache", "c", "--format=json")
    assert found["targets"] == ["a", "b", "c"]
    assert (found["workers"], found["no_cache"], found["format"]) == (3, True, ["json"])


def test_what_follows_two_dashes_is_a_target() -> None:
    found, _ = resolve("a", "--workers=3", "--", "--format", "-x", "--")
    assert (found["targets"], found["workers"]) == (["a", "--format", "-x", "--"], 3)
    with pytest.raises(UsageError, match="unrecognized arguments: x"):
        _config.resolve(_parser.Parser("db status", "x"), ["--", "x"], {}, dict, io.StringIO())


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('workers = 1\nplatform = "windows"\nformat = ["table", "json=x"]\n[scan]\nno-cache = true\n')
    environment = {"PRATIQUE_WORKERS": "2", "PRATIQUE_PLATFORM": "all", "PRATIQUE_CONFIG": str(file)}
    found, _ = resolve("--workers=3", environment=environment)
    assert (found["workers"], found["platform"], found["no_cache"]) == (3, "all", True)
    assert found["format"] == ["table", "json=x"]


def test_the_environment_replaces_a_list_of_the_file_and_the_command_line_that_of_the_environment(
    tmp_path: Path,
) -> None:
    file = tmp_path / "c.toml"
    file.write_text('format = ["a"]\n')
    environment = {"PRATIQUE_FORMAT": "b, c", "PRATIQUE_CONFIG": str(file)}
    assert resolve(environment=environment)[0]["format"] == ["b", "c"]
    assert resolve("--format", "d", environment=environment)[0]["format"] == ["d"]


@pytest.mark.parametrize(
    ("arguments", "environment", "file", "found"),
    [
        (["--preset", "a"], {"PRATIQUE_POLICY": "b"}, "", ("", "a")),
        (["--policy", "a"], {"PRATIQUE_PRESET": "b"}, "", ("a", "")),
        (["--preset", "a"], {}, "policy = 'b'\n", ("", "a")),
        ([], {"PRATIQUE_PRESET": "a"}, "policy = 'b'\n", ("", "a")),
        ([], {"PRATIQUE_POLICY": "a", "PRATIQUE_PRESET": ""}, "preset = 'b'\n", ("a", "")),
        (["--preset", "a", "--policy", "b"], {}, "", ("b", "a")),  # the command says that these are two
        ([], {"PRATIQUE_PRESET": "a", "PRATIQUE_POLICY": "b"}, "", ("b", "a")),
        ([], {}, "preset = 'a'\npolicy = 'b'\n", ("b", "a")),
    ],
)
def test_of_two_ways_to_say_one_thing_the_one_from_the_first_place_holds(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], file: str, found: tuple[str, str]
) -> None:
    config = tmp_path / "c.toml"
    config.write_text(file)
    parser = _parser.Parser("scan", "reads")
    parser.add_argument("--policy", default="")
    parser.add_argument("--preset", default="")
    _parser.add_general(parser)
    known = {"scan": frozenset({"policy", "preset", "config", "help"})}
    namespace = _config.resolve(
        parser,
        [*arguments, "--config", str(config)],
        {"HOME": "/nonexistent", **environment},
        lambda: known,
        io.StringIO(),
    )
    assert (namespace.policy, namespace.preset) == found


def test_what_a_command_does_not_know_puts_nothing_aside() -> None:
    parser = _parser.Parser("scan", "reads")
    parser.add_argument("--policy", default="")
    _parser.add_general(parser)
    environment = {"HOME": "/nonexistent", "PRATIQUE_PRESET": "a", "PRATIQUE_POLICY": "b"}
    assert (
        _config.resolve(parser, [], environment, lambda: {"scan": frozenset({"preset"})}, io.StringIO()).policy == "b"
    )


def test_a_command_s_table_comes_before_what_holds_for_all(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("workers = 1\n[scan]\nworkers = 7\n[db.build]\nfrom = 'x'\n")
    assert resolve("--config", str(file))[0]["workers"] == 7


def test_the_usual_place(tmp_path: Path) -> None:
    (tmp_path / ".config/pratique").mkdir(parents=True)
    (tmp_path / ".config/pratique/config.toml").write_text("workers = 4\n")
    assert resolve(environment={"HOME": str(tmp_path)})[0]["workers"] == 4
    assert resolve(environment={"XDG_CONFIG_HOME": str(tmp_path / ".config")})[0]["workers"] == 4


@pytest.mark.parametrize("folder", ["x" * 300, "loop"])
def test_a_usual_place_that_cannot_be_read_is_wrong_usage(tmp_path: Path, folder: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="cannot read the configuration file"):
        resolve(environment={"XDG_CONFIG_HOME": str(tmp_path / folder)})


def test_a_usual_place_below_a_folder_of_somebody_else_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "pratique").mkdir()
    (tmp_path / "pratique/config.toml").touch()
    tmp_path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:  # whom no mode keeps out
            os.seteuid(65534)
        with pytest.raises(UsageError, match=r"cannot read the configuration file .* Permission denied"):
            resolve(environment={"XDG_CONFIG_HOME": str(tmp_path)})
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o700)


def test_no_file_in_the_usual_place_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "nothing", "."):
        assert resolve(environment={"XDG_CONFIG_HOME": str(tmp_path / folder)})[0]["workers"] == 0


@pytest.mark.parametrize(("word", "truth"), [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("no", False)])
def test_a_switch_in_the_environment(word: str, truth: bool) -> None:
    assert resolve(environment={"PRATIQUE_NO_CACHE": word})[0]["no_cache"] is truth


def test_an_empty_variable_says_nothing() -> None:
    assert resolve(environment={"PRATIQUE_NO_CACHE": "", "PRATIQUE_WORKERS": ""})[0]["workers"] == 0


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PRATIQUE_WORKERS": "many"}, "PRATIQUE_WORKERS: "),
        ({"PRATIQUE_NO_CACHE": "perhaps"}, "PRATIQUE_NO_CACHE: 'perhaps' is neither yes nor no"),
        ({"PRATIQUE_PLATFORM": "mac"}, "PRATIQUE_PLATFORM: 'mac' is none of linux, windows, all"),
        (
            {"PRATIQUE_CONFIG": "/nonexistent/c.toml"},
            "cannot read the configuration file '/nonexistent/c.toml': No such",
        ),
    ],
)
def test_a_wrong_variable_is_wrong_usage(environment: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(environment=environment)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("wokers = 1", "no option is named 'wokers'", "did you mean 'workers'?"),
        ("[scan]\nfromat = 'json'", "no option is named 'scan.fromat'", "did you mean 'scan.format'?"),
        ("[scam]\nformat = 'json'", "no option is named 'scam'", "did you mean 'scan'?"),
        ("[db.biuld]\nfrom = 'x'", "no option is named 'db.biuld'", "did you mean 'db.build'?"),
        ("[db.build]\nfrm = 'x'", "no option is named 'db.build.frm'", "did you mean 'db.build.from'?"),
        ("[db]\nfrom = 'x'", "no option is named 'db.from'", ""),
        ("config = 'other.toml'", "no option is named 'config'", ""),
        ("help = true", "no option is named 'help'", ""),
        ("workers = [", "Invalid value", ""),
        ("workers = 'many'", "workers: ", ""),
        ("no-cache = 'yes'", "no-cache: 'yes' is neither true nor false", ""),
        ("workers = [1]", "workers: [1] is no text or number", ""),
        ("platform = 'mac'", "platform: 'mac' is none of linux, windows, all", ""),
    ],
)
def test_a_wrong_file_is_wrong_usage_and_names_file_and_key(tmp_path: Path, text: str, told: str, hint: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        resolve("--config", str(file))
    assert told in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * (2 << 20)])
def test_a_file_that_is_no_text_or_too_large(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=r"c\.toml"):
        resolve("--config", str(file))


def test_a_variable_that_is_nearly_ours_is_mentioned() -> None:
    _, told = resolve(environment={"PRATIQUE_WORKER": "1", "PRATIQUE_SOMETHING_ELSE": "1", "PRATIQUE_MIRROR": "x"})
    assert (
        told == "pratique: the variable 'PRATIQUE_WORKER' names no option\n  hint: did you mean 'PRATIQUE_WORKERS'?\n"
    )


def test_what_is_required_may_come_from_anywhere_but_must_come() -> None:
    def parser() -> _parser.Parser:
        made = _parser.Parser("db build", "builds")
        made.add_argument("--from", dest="source", required=True)
        _parser.add_general(made)
        return made

    err = io.StringIO()
    variables = {"HOME": "/nonexistent"}
    found = _config.resolve(parser(), [], {**variables, "PRATIQUE_FROM": "x"}, lambda: KNOWN, err)
    assert found.source == "x"
    with pytest.raises(UsageError, match="--from is missing"):
        _config.resolve(parser(), [], variables, lambda: KNOWN, err)
