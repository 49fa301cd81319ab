"""What the whole set of cataloguers adds to the pass over real images, against the fifteen that the main job began
with, both in turns in one run; the least processor time of each layer, with a worker's memory settings.

    python benchmarks/cataloguers.py python-app node-app java-app
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

import _measure
from layers import layers_of
from pratique import workers
from pratique.catalog._claims import CLAIMANTS
from pratique.limits import DEFAULT
from pratique.model import Layer
from pratique.plugins import Cataloguers

FEW = frozenset(
    """apk apk-repositories content-manifests dpkg dpkg-owns gem go-binary java npm os-release python rpm rpm-manifest
    rust-binary ubuntu-pro""".split()  # noqa: SIM905
)


def spent(read: workers.ReadOne, layer: Layer) -> float:
    """Seconds of the processor that one layer takes."""
    gc.collect()
    start = time.process_time()
    read(layer, lambda read: None)
    return time.process_time() - start


def measured(layout: Path, runs: int) -> dict[str, float]:
    """Seconds of all layers, with few cataloguers and with all."""
    few = tuple(one for one in CLAIMANTS if one.name in FEW)
    readers = [workers.reader_of(Cataloguers("pratique.catalog", some), DEFAULT) for some in (few, CLAIMANTS)]
    workers._keep_memory()
    totals = [0.0, 0.0]
    for layer in layers_of(layout):
        times = [[spent(read, layer) for read in readers] for _ in range(runs + 1)][1:]  # the first run imports
        totals = [total + min(each) for total, each in zip(totals, zip(*times, strict=True), strict=True)]
    return {"few": totals[0], "all": totals[1], "all / few": totals[1] / totals[0]}


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("names", nargs="*", help="names of images (default: all)")
    parser.add_argument("--images", type=Path, default=Path.home() / ".cache/pratique-images/oci")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.name for path in arguments.images.iterdir())
    figures = {name: measured(arguments.images / name, arguments.runs) for name in names}
    for name, found in figures.items():
        print(name.ljust(16), "   ".join(f"{key} {value:.3f}" for key, value in found.items()), flush=True)
    _measure.write(arguments.json, figures)


if __name__ == "__main__":
    main()
