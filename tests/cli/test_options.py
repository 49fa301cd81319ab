from __future__ import annotations

import argparse
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique import api
from pratique.cli import _config, _options, _parser, scan
from pratique.errors import UsageError


def parsed(*arguments: str, **variables: str) -> argparse.Namespace:
    parser = _parser.Parser("scan", "x")
    scan.configure(parser)
    _parser.add_general(parser)
    return _config.resolve(parser, arguments, {"HOME": "/nonexistent", **variables}, dict, io.StringIO())


def settings(*arguments: str, **variables: str) -> api.Settings:
    return _options.settings_of(parsed(*arguments, **variables), variables, None)


def test_every_option_reaches_the_library() -> None:
    made = settings(
        "x",
        "--platform=linux/arm64",
        "--policy=p.yaml",
        "--db=db",
        "--cache-dir=cache",
        "--workers=3",
        "--now=2026-01-31T12:00:00+01:00",
        "--registry-mirror=docker.io=a:5000",
        "--registry-mirror=docker.io=b/prefix",
        "--insecure-registry=r:5000",
        "--ca-file=ca",
        "--client-cert=cert",
        "--client-key=key",
        "--auth-file=auth",
        "--docker-socket=unix:///d",
        "--podman-socket=unix:///p",
        FOO="bar",
    )
    assert made.now == datetime(2026, 1, 31, 11, tzinfo=UTC)
    assert (made.cache, made.database, made.policy, made.workers) == (Path("cache"), Path("db"), Path("p.yaml"), 3)
    options = made.options
    assert options.platform == "linux/arm64"
    assert options.mirrors == {"docker.io": ("a:5000", "b/prefix")}
    assert options.insecure == ("r:5000",)
    assert (options.ca_file, options.client_certificate, options.client_key) == ("ca", "cert", "key")
    assert (options.auth_file, options.docker_socket, options.podman_socket) == ("auth", "unix:///d", "unix:///p")
    assert options.environment == {"FOO": "bar"}


def test_without_options_the_usual_places_are_asked() -> None:
    made = settings("x", XDG_CACHE_HOME="/c")
    assert (made.cache, made.database, made.policy, made.workers) == (Path("/c/pratique"), None, None, 0)


def test_no_cache_keeps_nothing() -> None:
    assert settings("x", "--no-cache", "--cache-dir=c").cache is None


@pytest.mark.parametrize("option", ["--policy", "--preset", "--env", "--namespace", "--baseline"])
@pytest.mark.parametrize("name", ["", " "])
def test_a_name_that_a_script_left_empty_is_wrong_usage(option: str, name: str) -> None:
    """``--policy "$POLICY"`` where nobody set it: another policy would decide."""
    with pytest.raises(UsageError, match="names nothing"):
        parsed("x", option, name)
    field = option.removeprefix("--")
    assert not getattr(settings("x", **{f"PRATIQUE_{field.upper()}": ""}), field)  # an empty variable is none


def test_a_key_without_its_certificate_is_not_passed_over() -> None:
    with pytest.raises(UsageError, match="'k' is given without its certificate"):
        settings("image", "--client-key", "k")


def test_an_insecure_registry_is_a_host() -> None:
    with pytest.raises(UsageError, match="is no HOST"):
        settings("image", "--insecure-registry", "https://localhost:5000")


@pytest.mark.parametrize(("given", "seconds"), [([], 0), (["--timeout", "5"], 5), (["--timeout", "0.5"], None)])
def test_how_long_a_registry_may_be_silent(given: list[str], seconds: float | None) -> None:
    if seconds is None:
        with pytest.raises(UsageError, match=r"--timeout: '0\.5' is no number of seconds from 1 to 3600"):
            settings("x", *given)
    else:
        assert settings("x", *given).options.read_seconds == seconds
