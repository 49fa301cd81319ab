"""A Rust crate's version in, its key out: semantic versions, https://doc.rust-lang.org/cargo/reference/manifest.html."""

from __future__ import annotations

from pratique import plugins
from pratique.version._semver import order, split


def parse(text: str) -> plugins.Key:
    """Precedence as Cargo resolves: build metadata has no say."""
    return order(*split(text))


SCHEME = plugins.Scheme(names=("cargo", "crates.io"), parse=parse)
