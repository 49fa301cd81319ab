#!/bin/sh
# Take all figures anew into benchmarks/results.
# usage: [IMAGES=DIR] [FEEDS=DIR] [DATABASE=DIR] [TRIVY=PROGRAM] [SYFT=PROGRAM] [OSV_SCANNER=PROGRAM] run.sh
# IMAGES holds oci/NAME (OCI layouts) and docker/NAME.tar; FEEDS is a folder as OSV exports it. What is missing is left out.
# DATABASE is carried through a registry; without it one is built from the feeds.
set -eu
cd "$(dirname "$0")"
python=../.venv/bin/python
images=${IMAGES:-$HOME/.cache/pratique-images}
feeds=${FEEDS:-../../shared/feeds}
trivy=${TRIVY:-$(command -v trivy || true)}
syft=${SYFT:-$(command -v syft || true)}
osv_scanner=${OSV_SCANNER:-$(command -v osv-scanner || true)}

"$python" startup.py --json results/startup.json
"$python" policy.py --json results/policy.json
"$python" accuracy.py --json results/accuracy.json
"$python" db_build.py --json results/db_build.json
"$python" db_update.py --json results/db_update.json
"$python" vendor_csaf.py --json results/vendor_csaf.json
"$python" vendor_feeds.py --json results/vendor_feeds.json
if [ -d "$feeds" ]; then
    "$python" version_schemes.py --feeds "$feeds" --json results/version_schemes.json
    "$python" match.py "$feeds" --json results/match.json
    [ -z "$osv_scanner" ] ||
        OSV_SCANNER=$osv_scanner "$python" parity_osv_scanner.py "$feeds" --json results/parity_osv_scanner.json
    if command -v docker-registry >/dev/null && [ -d "$images/oci/node-app" ]; then
        database=${DATABASE:-$(mktemp -d)}
        [ -n "${DATABASE:-}" ] || ../.venv/bin/pratique db build -q --from "$feeds" --db "$database"
        "$python" db_carry.py "$database" "$images/oci/node-app" "$images/oci/debian12-slim" --json results/db_carry.json
        [ -n "${DATABASE:-}" ] || rm -r "$database"
    fi
else
    echo "run.sh: no feeds at $feeds; left out version_schemes, match" >&2
fi
[ -z "$syft" ] || "$python" parity_files.py --syft "$syft" --page ../docs/parity.md --json results/parity_files.json
if [ -d "$images/oci" ]; then
    "$python" cataloguers.py --images "$images/oci" --json results/cataloguers.json
    "$python" layers.py --images "$images/oci" --json results/layers.json
    "$python" scan.py --images "$images/oci" --trivy "$trivy" --syft "$syft" --json results/scan.json
    "$python" sources.py --images "$images" --json results/sources.json
    [ -z "$syft" ] || "$python" parity_syft.py --images "$images/oci" --syft "$syft"
else
    echo "run.sh: no images at $images/oci; left out layers, scan, sources, parity_syft" >&2
fi
