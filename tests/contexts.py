"""A folder and a Docker context in, the files that `docker context create` makes of it out.

https://github.com/docker/cli/tree/master/cli/context/store
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def write_context(folder: Path, name: str, host: str) -> str:
    """Writes ``meta.json`` below Docker's folder; returns the context's id."""
    place = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts/meta" / place / "meta.json"
    meta.parent.mkdir(parents=True, exist_ok=True)
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": False}}
    meta.write_text(json.dumps({"Name": name, "Metadata": {"Description": ""}, "Endpoints": endpoints}))
    return place
