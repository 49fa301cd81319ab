from __future__ import annotations

import pytest

from pratique.model import Package


@pytest.mark.parametrize("name", ["core", "org.x:core", "org.x/core", "parent"])
def test_a_package_is_called_by_its_name_or_its_source(name: str) -> None:
    assert Package("maven", "core", "1", namespace="org.x", source_name="parent").is_called(name)


@pytest.mark.parametrize("name", ["", "x", "org.x", "/core", ":core", "Core", "org.x core"])
def test_and_by_nothing_else(name: str) -> None:
    assert not Package("maven", "core", "1", namespace="org.x").is_called(name)
    assert not Package("deb", "core", "1").is_called(name.replace("core", "org.x/core"))
