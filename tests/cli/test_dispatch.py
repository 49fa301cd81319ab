from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pratique import __version__
from pratique.cli import _dispatch, main

Captured = pytest.CaptureFixture[str]


def pratique(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The whole process, with nothing but these variables."""
    return subprocess.run(
        [sys.executable, "-m", "pratique", *arguments],
        capture_output=True,
        text=True,
        env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", **variables},
        check=False,
    )


def test_every_module_that_is_no_machinery_binds_a_command_named_as_its_file() -> None:
    for words in _dispatch.names():
        assert _dispatch.read(words).name == " ".join(words)
    assert {("scan",), ("sbom",), ("db", "build"), ("db", "status")} <= set(_dispatch.names())


def test_the_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"pratique {__version__}\n", "")


def test_the_version_loads_nothing_that_takes_time() -> None:
    code = "import sys; from pratique.cli import main; main(['--version']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("argparse", "msgspec", "urllib3", "rich", "yaml", "sqlite3", "ssl", "multiprocessing"):
        assert f"'{heavy}'" not in done.stderr


def test_the_process_waits_for_a_thread_that_still_runs() -> None:
    code = (
        "import sys, threading, time; from pratique.cli import main; sys.argv = ['pratique', '--version'];"
        "threading.Thread(target=lambda: (time.sleep(0.3), print('done', flush=True))).start(); sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"pratique {__version__}\ndone\n"


_INTERRUPTED = """
import signal, sys
from pratique.cli import main

class Finder:
    seen = False

    def find_spec(self, name, path=None, target=None):
        if self.seen:  # what the first of msgspec's modules imports, while it is made
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)
        self.seen = name == "msgspec._core"

sys.meta_path.insert(0, Finder())
sys.argv = ["pratique", "scan", "gone.tar"]
sys.exit(main())
"""


def test_ctrl_c_while_msgspec_is_imported_is_an_interruption() -> None:
    done = subprocess.run([sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "pratique: interrupted\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_the_process_does_not_end_well_where_its_words_are_lost() -> None:
    for arguments in (["--version"], ["--help"]):
        command = [sys.executable, "-m", "pratique", *arguments]
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env={"HOME": "/"}, check=False)
        assert done.returncode not in (0, 1)
        assert b"No space left on device" in done.stderr


def test_help_loads_no_stage() -> None:
    code = "import sys; from pratique.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("pratique.api", "pratique.vuln", "pratique.oci", "urllib3", "rich", "yaml", "sqlite3", "ssl"):
        assert f"'{heavy}'" not in done.stderr


def test_help_goes_to_stdout_and_nothing_to_stderr(capsys: Captured) -> None:
    for arguments in (["--help"], ["-h"], ["help"]):
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert all(f"\n  {' '.join(words)} " in out for words in _dispatch.names())
        assert err == ""


@pytest.mark.parametrize("words", _dispatch.names(), ids=" ".join)
def test_each_command_has_help_however_it_is_asked_for(words: tuple[str, ...], capsys: Captured) -> None:
    assert main([*words, "--help"]) == 0
    asked = capsys.readouterr().out
    assert asked.startswith(f"usage: pratique {' '.join(words)}")
    assert main(["help", *words]) == 0
    assert capsys.readouterr().out == asked


def test_no_command_is_wrong_usage_and_leaves_stdout_empty(capsys: Captured) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: pratique" in err


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (["scna"], "no command 'scna'", "did you mean `pratique scan`?"),
        (["frobnicate"], "no command 'frobnicate'", "`pratique --help`"),
        (["image", "debian:12"], "no command 'image'", "`pratique scan IMAGE` scans one"),
        (["debian:12"], "no command 'debian:12'", "`pratique scan debian:12`"),
        (["db", "biuld"], "no command 'db biuld'", "did you mean `pratique db build`?"),
        (["--nonsense", "scan"], "no option '--nonsense'", "pratique COMMAND --help"),
        (["scan"], "no target is named", "for example debian:12"),
        (["scan", "--severity=HIGH", "x"], "unrecognized arguments: --severity", "the policy says what fails"),
        (["scan", "--input", "x"], "unrecognized arguments: --input", "is given by its name alone"),
        (["scan", "--fromat=json", "x"], "unrecognized arguments: --fromat", "did you mean --format?"),
        (["scan", "--format=xml", "x"], "no format 'xml'; there are: csv, cyclonedx,", ""),
        (["scan", "--format=json", "--format=table", "x"], "mixed on standard output", "--format table=FILE"),
        (["scan", "--format=json=/nonexistent/x.json", "x"], "there is no folder '/nonexistent'", ""),
        (["scan", "--workers=-1", "x"], "is no number of workers", ""),
        (["scan", "--now=tomorrow", "x"], "'tomorrow' is no time", ""),
        (["scan", "--registry-mirror=x", "x"], "'x' is not HOST=MIRROR", ""),
        (["scan", "--targets=/nonexistent"], "cannot read the list of targets '/nonexistent'", ""),
        (["db", "build"], "--from is missing", ""),
    ],
)
def test_wrong_usage_exits_2_says_why_and_writes_no_report(
    arguments: list[str], told: str, hint: str, capsys: Captured
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert hint in err
    assert "Traceback" not in err


def test_general_options_may_stand_before_the_command(capsys: Captured) -> None:
    assert main(["--quiet", "--debug", "scan", "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: pratique scan")


def test_a_group_alone_shows_its_commands(capsys: Captured) -> None:
    assert main(["db"]) == 2
    out, err = capsys.readouterr()
    assert (out, "db build" in err) == ("", True)
    assert main(["db", "--help"]) == 0
    out, err = capsys.readouterr()
    assert ("db build" in out, err) == (True, "")


def test_a_traceback_only_when_asked() -> None:
    missing = ("db", "build", "--from", "/nonexistent/feeds", "--db", "/nonexistent/db")
    plain, debug = pratique(*missing), pratique(*missing, "--debug")
    assert plain.returncode == debug.returncode == 2
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


BROKEN = """
from pratique.plugins import Command

def run(args, out, err):
    raise ZeroDivisionError("\\x1b[31mboom")

COMMAND = Command(name="explode", help="breaks", configure=lambda parser: None, run=run)
"""


def test_what_breaks_unexpectedly_is_one_line_and_undecided(tmp_path: Path) -> None:
    (tmp_path / "explode.py").write_text(BROKEN)

    def explode(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; from pratique import cli; cli.__path__.append({str(tmp_path)!r}); sys.exit(cli.main())"
        return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)

    assert "explode" in explode("--help").stdout
    plain, debug = explode("explode"), explode("explode", "--debug")
    assert (plain.returncode, plain.stdout) == (debug.returncode, debug.stdout) == (3, "")
    assert plain.stderr.split("\n")[0] == "pratique: internal error: ZeroDivisionError: \\x1b[31mboom"
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr
    assert "\x1b" not in debug.stderr


def test_a_pipe_that_closes_is_no_error() -> None:
    command = f"{sys.executable} -m pratique scan --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_undecided() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "pratique", "scan", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr == "pratique: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(closed: str) -> None:
    command = (
        f"{sys.executable} -m pratique --help {closed}; {sys.executable} -m pratique nonsense {closed}; test $? = 2"
    )
    assert subprocess.run(["bash", "-c", command], capture_output=True, check=False).returncode == 0


def test_what_is_no_utf_8_is_shown_and_obeyed_by_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pratique", "scan", b"./\xff\x1b[2J"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"\x1b" not in done.stderr
    assert b"\xff" not in done.stderr
