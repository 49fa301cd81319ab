"""``pratique policy init``: by options, and by answers at a real terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import Run
from pratique.policies import Parents
from pratique.policy.baseline import load as load_baseline
from pratique.policy.schema import load

OWNER = ("--owner", "ann@example.org")


@pytest.fixture
def saved(image: Path, feeds: Path, run: Run, tmp_path: Path) -> Path:
    """A report in which ``demo`` is likely to be exploited, without KEV."""
    (feeds / "known_exploited_vulnerabilities.json").unlink()
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "db", "--quiet")[0] == 0
    run("scan", image, "--db", tmp_path / "db", "--format", f"json={tmp_path / 'report.json'}")
    return tmp_path / "report.json"


def test_without_a_terminal_and_options_it_is_the_default(run: Run, tmp_path: Path) -> None:
    code, out, err = run("policy", "init")
    assert (code, err) == (0, "")
    assert out.startswith("pratique.yaml: written\nnext:\n  pratique scan IMAGE\n")
    text = (tmp_path / "pratique.yaml").read_text()
    policy = load(text, "pratique.yaml", parents=Parents())
    assert policy.parent is not None
    assert policy.parent.name == "default"
    assert text.startswith("# What may run here, begun on 2026-11-21.")
    assert run("policy", "check", "--strict")[0] == 0
    assert sorted(tmp_path.glob("*.yaml")) == [tmp_path / "pratique.yaml"]


def test_with_a_baseline(saved: Path, run: Run, tmp_path: Path) -> None:
    strict = tmp_path / "org.yaml"
    strict.write_text("gate: [{name: all, when: 'true', action: fail}]\nloosen: {suppress: true}\n")
    asked = ("policy", "init", "--extends", "org.yaml", *OWNER, "--baseline-from", saved, "--days", "30")
    code, out, err = run(*asked)
    assert (code, "finding" in err) == (0, True)
    assert "pratique scan IMAGE --baseline baseline.yaml" in out
    held = load_baseline((tmp_path / "baseline.yaml").read_text(), "b").file
    assert ("CVE-2026-4242", "pypi/demo") in {(entry.id, entry.package) for entry in held.findings}
    assert (held.owner, held.expires.isoformat()) == ("ann@example.org", "2026-12-21")
    code, out, err = run(*asked)
    assert (code, out) == (2, "")
    assert "'pratique.yaml' is there already" in err
    assert run(*asked, "--force")[0] == 0


def test_a_baseline_from_an_image(saved: Path, image: Path, run: Run, tmp_path: Path) -> None:
    asked = (
        "policy",
        "init",
        "--preset",
        "strict",
        *OWNER,
        "--target",
        image,
        "--db",
        tmp_path / "db",
        "--policy",
        "p.yaml",
    )
    code, _, err = run(*asked, "--baseline-file", "held.yaml")
    assert code == 0, err
    assert "{id: CVE-2026-4242, " in (tmp_path / "held.yaml").read_text()
    named = ("--name", "registry.example/shop/app:1", "--force")
    assert run(*asked, *named, "--baseline-file", "named.yaml")[0] == 0
    assert 'image: "registry.example/shop/app"' in (tmp_path / "named.yaml").read_text()
    code, out, _ = run("scan", image, "--db", tmp_path / "db", "--policy", "p.yaml", "--baseline", "held.yaml")
    assert code != 1, out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--preset", "strict", "--extends", "x.yaml"), "are two"),
        (("--preset", "strikt"), "no preset 'strikt'; there are: default"),
        (("--extends", "none.yaml"), "none.yaml"),
        (("--extends", "broken.yaml"), "did you mean 'gate'"),
        (("--extends", "https://registry.example/p.yaml"), "sha256"),
        (("--baseline-from", "r.json"), "--owner is missing"),
        (("--target", "x.tar"), "--owner is missing"),
        (("--target", "x.tar", *OWNER), "x.tar"),
        (("--baseline-from", "r.json", "--target", "x.tar", *OWNER), "two ways to one baseline"),
        (("--baseline-from", "none.json", *OWNER), "cannot read the report"),
        (("--baseline-from", "r.json", "--name", "app", *OWNER), "--name says which image --target is"),
        (("--extends", "closed.yaml", "--baseline-from", "none.json", *OWNER), "no baseline counts"),
        (("--policy", "none/p.yaml"), "there is no folder 'none'"),
        (("--policy", "folder"), "'folder' is a folder"),
        (("--owner", "a\nb"), "is no plain text"),
    ],
)
def test_what_cannot_be_had_writes_nothing(more: tuple[str, ...], told: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("gaet: []\n")
    (tmp_path / "closed.yaml").write_text("gate: [{name: all, when: 'true', action: fail}]\n")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    code, out, err = run("policy", "init", *more)
    assert (code, out, sorted(tmp_path.iterdir())) == (2, "", before)
    assert told in err


def test_a_baseline_that_is_there_keeps_both_from_being_written(saved: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text("mine")
    code, _, err = run("policy", "init", *OWNER, "--baseline-from", saved)
    assert (code, "'baseline.yaml' is there already" in err) == (2, True)
    assert (tmp_path / "baseline.yaml").read_text() == "mine"
    assert not (tmp_path / "pratique.yaml").exists()


class Terminal:
    """The command at a pseudo-terminal of its own (https://docs.python.org/3/library/pty.html)."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        master, terminal = pty.openpty()
        self._master = master
        environment = {key: text for key, text in os.environ.items() if not key.startswith("PRATIQUE_")}
        environment |= {f"XDG_{name}_HOME": str(folder / name) for name in ("CACHE", "DATA", "CONFIG")}
        environment |= {"SOURCE_DATE_EPOCH": "1795262400", "TERM": "dumb", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "pratique", "policy", "init", *arguments]
        self._process = subprocess.Popen(
            command,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(terminal)
        self.text, self._seen = "", 0

    def expect(self, words: str, seconds: float = 60.0) -> None:
        """Reads until the words came."""
        end = time.monotonic() + seconds
        while words not in self.text[self._seen :]:
            ready, _, _ = select.select([self._master], [], [], max(end - time.monotonic(), 0))
            assert ready, self.text
            self._read()
        self._seen = self.text.index(words, self._seen) + len(words)

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 4096)
        except OSError:  # Linux's EIO: the other side is closed
            return False
        self.text += data.decode()
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """The exit code, when all is read."""
        while self._read():
            pass
        os.close(self._master)
        return self._process.wait(60)


def test_answers_at_a_terminal(saved: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.expect("Number or name (Enter: 1): ")
    assert "2 guideline" in terminal.text
    terminal.type("9\n")
    terminal.expect("9 is none of them")
    terminal.expect("Number or name (Enter: 1): ")
    terminal.type("strict\n")
    terminal.expect("Who answers for suppressions")
    terminal.type("\n")
    terminal.expect("Let be for a time what is there today?")
    terminal.type("none.json\n")
    terminal.expect("cannot read the report 'none.json'")
    terminal.type(f"{saved}\n")
    terminal.expect("somebody who answers for it: who")
    terminal.type("ann@example.org\n")
    terminal.expect("pratique.yaml: written")
    assert terminal.end() == 0
    assert 'extends: "strict"' in (tmp_path / "pratique.yaml").read_text()
    assert load_baseline((tmp_path / "baseline.yaml").read_text(), "b").file.owner == "ann@example.org"


def test_a_file_to_extend_is_tried_at_once(tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_text("gate: [{name: all, when: 'true', action: fail}]\n")
    terminal = Terminal(tmp_path, "--owner", "ann")
    terminal.expect("Number or name (Enter: 1): ")
    terminal.type("5\n")
    terminal.expect("Which policy")
    terminal.type("ogr.yaml\n")
    terminal.expect("ogr.yaml")
    terminal.expect("Which policy")
    terminal.type("org.yaml\n")
    terminal.expect("Let be for a time")
    terminal.type("\n")
    assert terminal.end() == 0
    assert 'extends: "org.yaml"' in (tmp_path / "pratique.yaml").read_text()
    assert not (tmp_path / "baseline.yaml").exists()


@pytest.mark.parametrize("no", ["", "n", "No"])
def test_nothing_but_enter_is_the_default(no: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    for question, answer in (("Number or name", ""), ("Who answers", ""), ("Let be for a time", no)):
        terminal.expect(question)
        terminal.type(f"{answer}\n")
    assert terminal.end() == 0
    assert 'extends: "default"' in (tmp_path / "pratique.yaml").read_text()


@pytest.mark.parametrize(("how", "code"), [("\x03", 130), ("\x04", 2), ("signal", 130)])
@pytest.mark.parametrize("answered", [0, 1, 2])
def test_whoever_gives_up_leaves_nothing_behind(how: str, code: int, answered: int, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    questions = ("Number or name", "Who answers", "Let be for a time")
    for question in questions[:answered]:
        terminal.expect(question)
        terminal.type("\n")
    terminal.expect(questions[answered])
    if how == "\x04":
        terminal.type(how)
    else:
        terminal.interrupt()
    assert terminal.end() == code
    assert [
        file.name for file in tmp_path.iterdir() if file.suffix == ".yaml" or file.name.startswith(".pratique")
    ] == []
