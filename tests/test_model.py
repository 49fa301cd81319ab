"""``pratique.model`` is the one place that all nouns are imported from."""

from __future__ import annotations

import importlib

import pratique.model
from pratique.plugins import modules


def test_each_public_noun_of_the_folder_stands_in_the_package() -> None:
    for name in modules(pratique.model):
        module = importlib.import_module(f"pratique.model.{name}")
        nouns = [noun for noun, bound in vars(module).items() if getattr(bound, "__module__", "") == module.__name__]
        assert nouns
        missing = [noun for noun in nouns if getattr(pratique.model, noun, None) is not vars(module)[noun]]
        assert not missing, f"{name}.py: {missing}"
