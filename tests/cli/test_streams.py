"""Standard streams that the caller closed, or that cannot be written to: nothing is lost without being told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pratique.cli import _dispatch
from pratique.cli._streams import complete

FULL = Path("/dev/full")  # https://man7.org/linux/man-pages/man4/full.4.html
CLOSED = "pratique: cannot write to standard output: it is closed\n"


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of bash; ``$pratique`` is the whole process, which knows nobody's files."""
    environment = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "pratique": f"{sys.executable} -m pratique",
        "SOURCE_DATE_EPOCH": "1795262400",
    }
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )


@pytest.mark.parametrize("closed", ["", "<&-", "<&- 2>&-"])
@pytest.mark.parametrize("command", ["sbom --format purls image", "scan image", "--version", "--help", "cache status"])
def test_what_is_written_to_a_closed_output_is_told(command: str, closed: str, image: Path) -> None:
    done = shell(f"$pratique {command} >&- {closed}", image.parent)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "" if "2>" in closed else CLOSED)


def test_a_closed_output_is_no_matter_where_nothing_is_written_there(image: Path) -> None:
    done = shell("$pratique sbom --format json=sbom.json image >&- <&-", image.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads((image.parent / "sbom.json").read_text())["packages"]) == 2


def test_a_closed_input_is_an_empty_one(tmp_path: Path) -> None:
    for command, code, told in (
        ("scan -", 2, "no target is named"),
        ("scan sbom:-", 3, "is no SBOM"),
        ("scan purl:-", 3, "UNKNOWN"),
    ):
        closed, empty = (shell(f"$pratique {command} {how} 2>&1", tmp_path) for how in ("<&-", "</dev/null"))
        assert (closed.returncode, closed.stdout) == (empty.returncode, empty.stdout)
        assert closed.returncode == code
        assert told in closed.stdout


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_no_file_gets_the_number_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    (tmp_path / "look.py").write_text(
        "import os, sys\n"
        "from pratique.cli._streams import complete\n"
        "complete()\n"
        "number = os.open('x', os.O_WRONLY | os.O_CREAT)\n"
        "streams = [stream.fileno() for stream in (sys.stdin, sys.stdout, sys.stderr)]\n"
        "os.write(number, repr((number > 2, streams, [os.get_inheritable(one) for one in streams])).encode())\n"
    )
    assert shell(f"{sys.executable} look.py {closed}", tmp_path).returncode == 0
    assert (tmp_path / "x").read_text() == "(True, [0, 1, 2], [True, True, True])"


_LATE = """
import os, subprocess, sys, threading, time
receive, send = os.pipe()
answer, output = os.pipe()
for number in (receive, output):
    os.set_blocking(number, False)
child = subprocess.Popen([sys.executable, "-m", "pratique", *sys.argv[1:]], stdin=receive, stdout=output)
os.close(output)
time.sleep(0.5)
os.write(send, b"image\\n")
os.close(send)
time.sleep(0.5)
with os.fdopen(answer, "rb") as stream:
    print(len(stream.read()), child.wait())
"""


def test_streams_that_do_not_wait_are_waited_for(image: Path) -> None:
    """As event loops hand them over: the list of targets comes late, and the report is more than a pipe holds."""
    (image.parent / "late.py").write_text(_LATE)
    (image.parent / "large.j2").write_text("{{ reports[0].target * 40000 }}")
    pytest.importorskip("jinja2")
    done = shell(f"{sys.executable} late.py sbom --template large.j2 -", image.parent)
    assert (done.stdout, done.stderr) == (f"{len('image') * 40000} 0\n", "")


def test_streams_that_are_there_stay_as_they_are() -> None:
    before = (sys.stdin, sys.stdout, sys.stderr)
    complete()
    assert (sys.stdin, sys.stdout, sys.stderr) == before


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
@pytest.mark.parametrize("words", [*_dispatch.names(), ()], ids=" ".join)
def test_a_full_disk_is_told_of_every_commands_help(words: tuple[str, ...], tmp_path: Path) -> None:
    done = shell(f"$pratique {' '.join(words)} --help >/dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (3, "pratique: cannot write to standard output: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "command", ["--version", "-V", "cache status", "db status", "policy schema", "policy show guideline"]
)
def test_a_full_disk_is_told_of_what_is_no_report(command: str, tmp_path: Path) -> None:
    done = shell(f"$pratique {command} >/dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (3, "pratique: cannot write to standard output: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_messages_that_nobody_can_hear_change_no_exit_code(tmp_path: Path) -> None:
    for command, code in (("scan gone.tar", 2), ("--debug scan gone.tar", 2), ("nonsense", 2), ("--version", 0)):
        for lost in ("2>/dev/full", "2>&-", "2> >(true)"):
            assert shell(f"$pratique {command} {lost}", tmp_path).returncode == code


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd")
def test_what_a_shell_has_opened_is_read_and_written(image: Path) -> None:
    """Process substitution (https://www.gnu.org/software/bash/manual/html_node/Process-Substitution.html)."""
    command = (
        "$pratique sbom --targets <(echo sbom:bom) --config <(echo 'quiet = true') --known-bases <(true)"
        " --auth-file <(echo '{}') --format purls=>(cat >purls) --format json=/dev/fd/3 3>sbom.json"
    )
    done = shell(f"$pratique sbom --format spdx image >bom && {command}", image.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(json.loads((image.parent / "sbom.json").read_text())["packages"]) == 2
    done = shell("$pratique sbom sbom:<(cat bom) --format purls", image.parent)
    assert (done.returncode, done.stdout) == (0, "pkg:pypi/demo@1.0\npkg:pypi/other@1.0\n")


def test_a_pipe_by_its_name_is_refused_before_any_work(image: Path) -> None:
    os.mkfifo(image.parent / "pipe")
    for option in ("--targets", "--config", "--dockerfile", "--vex", "--known-bases", "--policy", "--baseline"):
        done = shell(f"$pratique scan image {option} pipe", image.parent)
        assert (done.returncode, done.stdout) == (2, ""), option
        assert "'pipe': it is a pipe, which may never end\n  hint: name a file, or read" in done.stderr
    done = shell("$pratique scan sbom:pipe", image.parent)
    assert (done.returncode, "it is a pipe" in done.stderr) == (2, True)


def test_a_pipe_that_its_reader_closed_is_no_error_of_what_is_no_report(tmp_path: Path) -> None:
    for command in ("--version", "--help", "policy schema"):
        done = shell(f"$pratique {command} | true; exit ${{PIPESTATUS[0]}}", tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
