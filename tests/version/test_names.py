"""The generated index of names says what the folder says."""

from __future__ import annotations

from pratique import plugins
from pratique.version._names import MODULES


def test_the_index_equals_the_folder() -> None:
    schemes = plugins.load("pratique.version", "SCHEME")
    found = sorted((name, module) for module, scheme in schemes.items() for name in scheme.names)
    wanted = "\n".join(f'    "{name}": "{module}",' for name, module in found)
    assert list(MODULES.items()) == found, f"_names.py should hold:\n{wanted}"


def test_every_scheme_goes_by_its_modules_name() -> None:
    for module, scheme in plugins.load("pratique.version", "SCHEME").items():
        assert scheme.names[0] == module


def test_no_two_schemes_share_a_name() -> None:
    names = [name for scheme in plugins.load("pratique.version", "SCHEME").values() for name in scheme.names]
    assert len(names) == len(set(names))
