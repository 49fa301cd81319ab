"""Which lock files and manifests came with a package."""

from __future__ import annotations

import pytest

from pratique.catalog._projects import is_of_a_package


@pytest.mark.parametrize(
    "path",
    [
        "usr/lib/python3/dist-packages/a/poetry.lock",
        "usr/local/lib/python3.12/site-packages/uv.lock",
        "app/node_modules/a/yarn.lock",
        "root/go/pkg/mod/example.org/a@v1.0.0/go.mod",
        "root/.cargo/registry/src/index-1/a-1.0.0/Cargo.lock",
        "usr/local/cargo/registry/src/index-1/a-1.0.0/Cargo.lock",
        "usr/local/go/src/cmd/go/testdata/mod/go.mod",
        "app/vendor/bundle/a/pom.xml",
        "usr/share/doc/python3-pip/requirements.txt",
    ],
)
def test_of_a_package(path: str) -> None:
    assert is_of_a_package(path)


@pytest.mark.parametrize(
    "path", ["uv.lock", "app/uv.lock", "srv/vendors/go.mod", "usr/local/go/src/go.mod", "my.vendor/x"]
)
def test_of_the_image_s_own_project(path: str) -> None:
    assert not is_of_a_package(path)
