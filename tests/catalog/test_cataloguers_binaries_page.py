"""docs/cataloguers-binaries.md lists every product; ``python tests/catalog/test_cataloguers_binaries_page.py`` writes
its table anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.real_binaries import PROGRAMS
from pratique import plugins
from pratique.catalog._classifier import GoProgram

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cataloguers-binaries.md"
HEAD = "| product | files | purl | CPE | tested on |\n|---|---|---|---|---|\n"


def rows() -> Iterator[str]:
    """A row a product of each family, in the order of the modules."""
    seen = dict[tuple[str, str, str], list[str]]()
    for bound in plugins.load("pratique.catalog.binaries", "CLASSIFIERS").values():
        for one in bound:
            if isinstance(one, GoProgram):
                purl = f"`pkg:generic/{one.name}`" if one.generic else "`pkg:golang/` its module"
            else:
                purl = f"`pkg:{'/'.join(filter(None, (one.type, one.namespace, one.name)))}`"
            files = seen.setdefault((one.name, purl, one.product), [])
            files += [pattern for pattern in one.files if pattern not in files]
    for (name, purl, product), files in seen.items():
        names = {name, {"docker-cli": "cli", "helm": "v3", "caddy": "v2"}.get(name, name)}
        tested = dict.fromkeys(program.package for program in PROGRAMS if program.product in names)
        written = " ".join(f"`{pattern}`".replace("|", "\\|") for pattern in files)
        packages = ", ".join(f"`{package}`" for package in tested)
        yield f"| {name} | {written} | {purl} | `{product}` | {packages} |\n"


def test_the_page_lists_every_product() -> None:
    assert PAGE.read_text().endswith(HEAD + "".join(rows()))


def test_more_than_thirty_products_are_tested_on_real_files() -> None:
    assert len([row for row in rows() if not row.endswith("|  |\n")]) > 45


if __name__ == "__main__":
    text = PAGE.read_text().partition(HEAD)[0]
    PAGE.write_text(text + HEAD + "".join(rows()))
