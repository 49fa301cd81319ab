from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from catalog.lock_files import facts, fixture, packages
from pratique.catalog.otp_app import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "app/lib/quay-0.3.1/ebin/quay.app"


def test_what_mix_compiles() -> None:
    assert facts(CATALOGUER, PATH, fixture("quay.app")) == [
        Package("hex", "quay", "0.3.1", path=PATH, depends=("kernel", "stdlib", "elixir", "logger"))
    ]


def test_an_application_of_otp_s_own() -> None:
    data = b'%% c\n%% {\n{application, kernel, [{vsn, "8.5.3"}, {runtime_dependencies, ["erts-13.1"]}]}.'
    assert set(packages(CATALOGUER, PATH, data)) == {"otp/kernel@8.5.3"}


def test_an_application_of_elixir_s_own_and_licences_of_hex_s() -> None:
    assert set(packages(CATALOGUER, PATH, b'{application,mix,[{vsn,"1.14.0"}]}.')) == {"otp/mix@1.14.0"}
    data = b'{application,\'Cowboy\',[{vsn,"2.9.0"},{licenses,["ISC"]}]}.'
    assert packages(CATALOGUER, PATH, data)["hex/cowboy@2.9.0"].licences == ("ISC",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{application,a,[]}.",
        b'{application,a,[{vsn,""}]}.',
        b"{application,a,[{vsn,{cmd,git}}]}.",
        b"{application,a",
        b"[].",
        b"%vsn%",
        b"\xff",
    ],
)
def test_a_file_that_names_no_version_hides_a_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, PATH, data)


@pytest.mark.native
def test_all_of_the_machine_s_erlang_are_read() -> None:
    erl = shutil.which("erl")
    files = list(Path("/usr/lib/erlang/lib").glob("*/ebin/*.app")) if erl else []
    if not files:
        pytest.skip("no erlang on this machine")
    for file in files:
        (found,) = packages(CATALOGUER, str(file)[1:], file.read_bytes()).values()
        assert (found.type, found.name) == ("otp", file.stem)
        assert file.parent.parent.name == f"{found.name}-{found.version}"
