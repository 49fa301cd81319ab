"""The generated index of claims says what the folder says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pratique import plugins
from pratique.cache import Cache
from pratique.catalog._claims import CLAIMANTS
from pratique.model import LayerFacts
from pratique.plugins import Cataloguer, Claimant


def folder() -> tuple[Cataloguer, ...]:
    return tuple(plugins.load("pratique.catalog", "CATALOGUER").values())


def test_the_index_equals_the_folder() -> None:
    found = tuple(Claimant(one.name, one.version, one.claim, one.blocking) for one in folder())
    assert found == CLAIMANTS, "run `make generate`, or scripts/index_claims.py alone"


def test_the_index_and_the_folder_find_one_another_s_facts(tmp_path: Path) -> None:
    facts = LayerFacts("sha256:" + "0" * 64)
    Cache(tmp_path, folder()).put(facts)
    assert Cache(tmp_path, CLAIMANTS).get(facts.digest) == facts
    assert Cache(tmp_path, CLAIMANTS[1:]).get(facts.digest) is None


def test_a_cataloguer_is_imported_when_it_parses() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from catalog.memory_file import memory_file\n"
        "from pratique.catalog._claims import CLAIMANTS\n"
        "from pratique.plugins import Cataloguers\n"
        "found = {one.name: one for one in Cataloguers('pratique.catalog', CLAIMANTS)}\n"
        "before = {'pratique.catalog.npm', 'pratique.catalog.os_release'} & set(sys.modules)\n"
        'npm = list(found[\'npm\'].parse(memory_file(\'package.json\', b\'{"name": "a", "version": "1"}\')))\n'
        "released = list(found['os-release'].parse(memory_file('etc/os-release', b'ID=debian')))\n"
        "print(before, npm[0].name, released[0].id)"
    )
    tests = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code, tests], capture_output=True, text=True, check=True)
    assert done.stdout == "set() a debian\n"


def test_a_cataloguer_is_named_after_its_module() -> None:
    found = plugins.load("pratique.catalog", "CATALOGUER")
    assert {module: one.name.replace("-", "_") for module, one in found.items()} == {module: module for module in found}


def test_reading_the_index_imports_no_cataloguer() -> None:
    code = "import sys, pratique.catalog._claims; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name for name in done.stdout.split() if name.startswith("pratique.catalog.")} == {
        "pratique.catalog._claims"
    }
