from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages
from pratique.catalog import composer
from pratique.catalog.composer_php import CATALOGUER
from pratique.errors import LimitExceeded, Unreadable

PATH = "app/vendor/composer/installed.php"


def test_php_s_list_says_what_the_other_list_says() -> None:
    found = packages(CATALOGUER, PATH, fixture("installed.php"))
    assert set(found) == set(
        packages(composer.CATALOGUER, "app/vendor/composer/installed.json", fixture("installed.json"))
    )
    assert not any(package.declared for package in found.values())


def test_the_project_itself_and_what_others_replace_are_no_packages() -> None:
    names = {package.name for package in packages(CATALOGUER, PATH, fixture("installed.php")).values()}
    assert names.isdisjoint({"ship", "string"})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<?php\nphpinfo();",
        b"<?php return array();",
        b"<?php return array('versions' => array('a/b' => array('pretty_version' => '1')",
        b"<?php return array('versions' => array('a/b' => array('pretty_version' => '1));",
        b"<?php return array('versions' => array]);",
        b"<?php return 1;",
        b"<?php return ",
    ],
)
def test_what_composer_does_not_write_is_not_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, PATH, data)


def test_deep_nesting_is_past_a_bound() -> None:
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, PATH, b"<?php return " + b"array(" * 100_000)
