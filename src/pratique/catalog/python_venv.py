"""The ``pyvenv.cfg`` of a virtual environment of Python's in, which of its programs may be copies of which one out.

https://docs.python.org/3/library/venv.html: ``home`` is the folder of the Python that made it, ``executable`` (since
3.11; virtualenv's ``base-executable``) its program. With ``--copies`` the environment has its own of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.model import Copies, Fact
from pratique.plugins import Cataloguer, Claim, File

_MOST = 64 << 10  # bytes
_KEY = re.compile(
    r"^(home|executable|base-executable|version|version_info)[ \t]*=[ \t]*/?([^\r\n]{1,4096}?)[ \t]*\r?$", re.M
)
_RELEASE = re.compile(r"\d+\.\d+")


def parse(file: File) -> Iterable[Fact]:
    """``Copies``; nothing where the file does not tell whose they are."""
    with file.open() as stream:
        text = stream.read(_MOST).decode("utf-8", "replace")
    said: dict[str, str] = dict(_KEY.findall(text))
    release = _RELEASE.match(said.get("version", said.get("version_info", "")))
    names = ("python", "python3", *((f"python{release[0]}",) if release else ()))
    home = said.get("home", "").rstrip("/")
    original = said.get("executable") or said.get("base-executable") or (f"{home}/{names[-1]}" if home else "")
    if not original:
        return ()
    folder = file.path.rpartition("/")[0]
    return (Copies(original, tuple(f"{folder}/bin/{name}".lstrip("/") for name in names)),)


CATALOGUER = Cataloguer("python-venv", 1, Claim(names=("pyvenv.cfg",)), parse)
