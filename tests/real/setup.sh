#!/bin/sh
# Install the real components that `make test-real` runs against: registries, engines, image tools. Says what it could not get.
set -eu
export DEBIAN_FRONTEND=noninteractive
python=${1:-.venv/bin/python}
"$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r "$(dirname "$0")/oracles.txt" 2>/dev/null ||
    echo "tests/real/setup.sh: could not install what tests/real/oracles.txt lists; the tests that need it skip" >&2
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need docker-registry docker-registry
need skopeo skopeo
need dockerd docker.io
need podman podman
need go golang-go
need openssl openssl
need htpasswd apache2-utils
need chromium chromium
[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "tests/real/setup.sh: no apt-get; skipped the components:$wanted" >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else
    echo "tests/real/setup.sh: neither root nor sudo; skipped the components:$wanted" >&2
    exit 0
fi
echo "tests/real/setup.sh: installing$wanted" >&2
$as_root apt-get update -qq >/dev/null 2>&1 || true
for package in $wanted; do
    $as_root apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
        echo "tests/real/setup.sh: could not install $package; the tests that need it skip" >&2
done
