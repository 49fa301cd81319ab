"""Workflows of GitHub, by its documentation of their syntax."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.github_actions import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/.github/workflows/build.yml"
TEXT = b"""
name: build
on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - &checkout
        uses: &action actions/checkout@v4
      - uses: *action
        with: {uses: not/an-action@v1}
      - uses: "docker://alpine:3.19"
      - uses: ./.github/actions/local
      - name: say
        run: |
          uses: not/an-action@v1
      - uses: harbour/fleet/mast/raise@8f4b7f84864484a7bf31766abe9204da3cbe65b3  # v1.2
  release:
    uses: harbour/workflows/.github/workflows/release.yml@main
"""


def test_steps_and_workflows() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "actions/checkout": ("v4", "build"),
        "harbour/fleet/mast/raise": ("8f4b7f84864484a7bf31766abe9204da3cbe65b3", "build"),
        "harbour/workflows/.github/workflows/release.yml": ("main", "build"),
    }
    assert len(facts(CATALOGUER, TEXT, PATH)) == 3  # each once


def test_composite_actions() -> None:
    text = "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n    - run: x\n"
    assert told(CATALOGUER, text, "app/.github/actions/x/action.yml") == {"a/b": ("v1", "build")}


@pytest.mark.parametrize("value", ["actions/checkout", "x@v1", "${{ matrix.action }}", "a/b@c d"])
def test_what_names_no_action_is_told(value: str) -> None:
    assert len(problems(CATALOGUER, f"jobs:\n  a:\n    uses: '{value}'\n", PATH)) == 1


@pytest.mark.parametrize("text", ["", "a", "[]", "null", "{}", "on: push", "<html>"])
def test_what_is_no_workflow_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, text, PATH)


@pytest.mark.parametrize("text", ["jobs: []", "jobs: {a: {steps: {uses: a/b@v1}}}", "jobs: {a: [uses]}"])
def test_other_documents_say_nothing(text: str) -> None:
    assert facts(CATALOGUER, text, PATH) == []


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, TEXT, f"{folder}.github/workflows/build.yml") == []


@pytest.mark.parametrize(
    "data", [b"jobs: [", b"\tjobs: 1", b"a: &a [*a]\njobs: *a", b"\xff\xfe\x00", b"%YAML 9.9\n--- a"]
)
def test_what_is_no_yaml_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    laughs = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 120))
    is_refused(CATALOGUER, PATH, laughs, b"? " * 50_000, b"a: " * 50_000, b"#" * (5 << 20))


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
