"""The folder of cataloguers in, ``catalog/_claims.py`` out: for when a name, a version or a claim has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from pratique import plugins
from pratique.plugins import Cataloguer

TARGET = Path(__file__).parent.parent / "src" / "pratique" / "catalog" / "_claims.py"
HEAD = '''"""Every cataloguer's name, version and claim: made from the folder, and tested equal to it.

Reading it takes the place of importing all cataloguers where the cache has every layer of an image.
``scripts/index_claims.py`` writes it.
"""

from pratique.plugins import Claim, Claimant

CLAIMANTS = (
'''


def text() -> str:
    """The module's text, formatted."""
    lines = "".join(f"    {_line(one)},\n" for one in plugins.load("pratique.catalog", "CATALOGUER").values())
    ruff = [Path(sys.executable).with_name("ruff"), "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(ruff, input=f"{HEAD}{lines})\n", capture_output=True, text=True, check=True).stdout


def _line(one: Cataloguer) -> str:
    said = [f"{name}={value!r}" for name, value in msgspec.structs.asdict(one.claim).items() if value]
    blocking = ", blocking=True" if one.blocking else ""
    return f"Claimant({one.name!r}, {one.version}, Claim({', '.join(said)}){blocking})"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
