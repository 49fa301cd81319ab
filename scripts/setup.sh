#!/bin/sh
# Make the virtual environment VENV from the lock file and install the project into it.  usage: [PYTHON=python3] setup.sh VENV
set -eu
cd "$(dirname "$0")/.."
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "setup: Pratique needs Python 3.11 or later, and $python is $("$python" --version); set PYTHON=…" >&2
    exit 2
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "setup: this Python has no venv; installing python3-venv" >&2
    if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi
echo "setup: installing what requirements.lock names into $venv; this takes a minute or two" >&2
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
touch "$venv/.ready"
