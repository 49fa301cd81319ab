"""WordPress, its plugins and themes, by the headers that its handbooks describe."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.wordpress import CATALOGUER
from pratique.model import Package, Problem

CORE = "srv/wp-includes/version.php"
PLUGIN = "srv/wp-content/plugins/akismet/akismet.php"
THEME = "srv/wp-content/themes/twentytwo/style.css"
CORE_TEXT = b"<?php\n/**\n * @global string $wp_version\n */\n$wp_version = '6.4.2';\n$wp_db_version = 56657;\n"
PLUGIN_TEXT = b"""<?php
/**
 * @package Akismet
 */
/*
Plugin Name: Akismet Anti-spam: Spam Protection
Plugin URI: https://example.org/
Version: 5.3
Author: Automattic - Anti-spam Team
License: GPLv2 or later
*/
"""
THEME_TEXT = (
    b"/*\r\nTheme Name: Twenty Twenty-Two\r\nAuthor: the team\r\nVersion: 1.6\r\nLicense: GPL-2.0+ */\r\nbody {}"
)


def test_core() -> None:
    assert packages(CATALOGUER, CORE_TEXT, CORE) == [
        Package("generic", "wordpress", "6.4.2", path=CORE, cpe="cpe:2.3:a:wordpress:wordpress:6.4.2:*:*:*:*:*:*:*")
    ]
    (candidate,) = packages(CATALOGUER, b'$wp_version = "6.5-RC1-57000";', CORE)
    assert candidate.version == "6.5-RC1-57000"


def test_plugins_and_themes() -> None:
    assert packages(CATALOGUER, PLUGIN_TEXT, PLUGIN) == [
        Package(
            "generic",
            "akismet",
            "5.3",
            namespace="wordpress-plugin",
            vendor="Automattic - Anti-spam Team",
            licences=("GPLv2 or later",),
            path=PLUGIN,
        )
    ]
    assert packages(CATALOGUER, THEME_TEXT, THEME) == [
        Package(
            "generic",
            "twentytwo",
            "1.6",
            namespace="wordpress-theme",
            vendor="the team",
            licences=("GPL-2.0+",),
            path=THEME,
        )
    ]


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        (b"<?php /* Plugin Name: Hello\n * Version: 1.7.2 */", "wp-content/plugins/hello.php", "hello"),
        (b"<?php\n// Plugin Name: Must\n# Version: 1.0 ?>", "wp-content/mu-plugins/must.php", "must"),
        (b"<?php\n/** plugin name: Low\n * version:1.0\n */", "wp-content/plugins/low/main.php", "low"),
        (b"\xef\xbb\xbf<?php\r/*\rPlugin Name: Mac\rVersion: 1.0\r*/", "wp-content/plugins/mac/main.php", "mac"),
    ],
)
def test_ways_to_write_a_header(text: bytes, path: str, name: str) -> None:
    assert [one.name for one in packages(CATALOGUER, text, path)] == [name]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b"<?php\nclass Akismet {}\n", PLUGIN),
        (b"<?php /*\nVersion: 1.0\n*/", PLUGIN),
        (b"x" * 8192 + b"\nPlugin Name: A\nVersion: 1.0\n", PLUGIN),
    ],
)
def test_other_files_say_nothing(text: bytes, path: str) -> None:
    assert facts(CATALOGUER, text, path) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b"<?php /*\nPlugin Name: A\n*/", PLUGIN),
        (b"<?php /*\nPlugin Name: A\nVersion: one two\n*/", PLUGIN),
        (b"/*\nPlugin Name: A\nVersion: 1.0\n*/", THEME),
        (b"/*\nTheme Name: A\n*/", THEME),
        (b"$wp_version = VERSION;", CORE),
        (b"", CORE),
    ],
)
def test_what_is_installed_and_tells_no_version_is_hidden(text: bytes, path: str) -> None:
    (problem,) = facts(CATALOGUER, text, path)
    assert isinstance(problem, Problem)
    assert problem.hides


def test_nonsense() -> None:
    for path in (CORE, PLUGIN, THEME):
        is_refused(CATALOGUER, path, b"/" * 100_000, b"\n" * 100_000)


@settings(max_examples=60, deadline=None)
@given(mutated(CORE_TEXT), mutated(PLUGIN_TEXT), mutated(THEME_TEXT))
def test_any_bytes(core: bytes, plugin: bytes, theme: bytes) -> None:
    survives(CATALOGUER, CORE, core)
    survives(CATALOGUER, PLUGIN, plugin)
    survives(CATALOGUER, THEME, theme)
