"""Make a real image, scan it with the database that the package carries, and check that the gate says no by KEV."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import demo_image

REPOSITORY = Path(__file__).resolve().parent.parent
IMAGE = REPOSITORY / "build" / "demo" / "airflow"
PRATIQUE = Path(sys.executable).parent / "pratique"
KNOWN_EXPLOITED = ("CVE-2020-11978", "CVE-2020-13927")


def main() -> int:
    """0 when the scan found what it must and failed the image for it."""
    print("demo: making a real image from Debian packages and wheels …", file=sys.stderr, flush=True)
    IMAGE.parent.mkdir(parents=True, exist_ok=True)
    demo_image.make(IMAGE)
    command = [str(PRATIQUE), "scan", str(IMAGE.relative_to(REPOSITORY))]
    print("$ pratique " + " ".join(command[1:]), flush=True)
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    missing = [known for known in KNOWN_EXPLOITED if known not in done.stdout]
    if done.returncode != 1 or missing or "kev" not in done.stdout:
        print(f"demo: expected exit 1 by the rule kev, got exit {done.returncode}; missing {missing}", file=sys.stderr)
        return 1
    print("demo: the scan exited 1, as it must: the policy says no, by the rule kev", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
