#!/bin/sh
# Install what `make test-real` runs against: registries, engines, image tools, the native tools of formats. Says what it
# could not get.
set -eu
export DEBIAN_FRONTEND=noninteractive
python=${1:-.venv/bin/python}
"$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r "$(dirname "$0")/oracles.txt" 2>/dev/null ||
    echo "tests/real/setup.sh: could not install what tests/real/oracles.txt lists; the tests that need it skip" >&2
# Packages that are missing are installed together, for each apt-get takes seconds; then one by one, if one cannot be had.
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
need gcc "gcc libc6-dev"
need mksquashfs squashfs-tools
need db_load db-util
need node nodejs
need npm npm
need javac default-jdk-headless
need mvn maven
need erl erlang-base
install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "tests/real/setup.sh: no apt-get; skipped the components:$wanted" >&2
        return
    fi
    if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else
        echo "tests/real/setup.sh: neither root nor sudo; skipped the components:$wanted" >&2
        return
    fi
    echo "tests/real/setup.sh: installing$wanted" >&2
    $as_root apt-get update -qq >/dev/null 2>&1 || true
    # shellcheck disable=SC2086 # a list of words is meant
    $as_root apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 && return
    for package in $wanted; do
        $as_root apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
            echo "tests/real/setup.sh: could not install $package; the tests that need it skip" >&2
    done
}
[ -z "$wanted" ] || install
# The schemas and validators of report formats, out of packages of those who publish them; none of it stands in this tree.
schemas=${PRATIQUE_SCHEMAS:-${XDG_CACHE_HOME:-$HOME/.cache}/pratique-schemas}
mkdir -p "$schemas"
fetch() { # what it is for, a file that is there afterwards, and the command
    what=$1 file=$schemas/$2
    shift 2
    [ -e "$file" ] || (cd "$schemas" && "$@") >/dev/null 2>&1 || true
    [ -e "$file" ] || echo "tests/real/setup.sh: could not get $what by $1; the tests that need it skip" >&2
}
multitool=node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
fetch "Microsoft's validator of SARIF and GitHub's description of its API" "$multitool" \
    npm install --no-audit --no-fund --ignore-scripts --no-save --prefix . \
    @microsoft/sarif-multitool-linux@5.7.0 @octokit/openapi@23.0.2
[ ! -e "$schemas/$multitool" ] || chmod +x "$schemas/$multitool" # npm links what it installs, and not this
fetch "the schema of SPDX 3" spdx-v3jsonld-store-1.0.1.jar \
    mvn -q -B dependency:copy -Dartifact=org.spdx:spdx-v3jsonld-store:1.0.1 -DoutputDirectory=.
fetch "the schema of Jenkins's JUnit" pytest-9.0.2.tar.gz \
    "$(cd "$(dirname "$python")" && pwd)/$(basename "$python")" -m pip download --disable-pip-version-check --no-deps \
    --no-binary pytest pytest==9.0.2
