from __future__ import annotations

import contextlib
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from pratique.catalog.gem import parse
from pratique.errors import Unreadable
from pratique.model import Fact, Package

PATH = "usr/lib/ruby/gems/3.1.0/specifications/rack-2.2.3.gemspec"

# As `gem install` of RubyGems 3.3 writes it.
INSTALLED = """\
# -*- encoding: utf-8 -*-
# stub: rack 2.2.3 ruby lib

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "2.2.3"

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.rubygems_version = "3.3.15".freeze
end
"""


def facts(text: str | bytes, path: str = PATH) -> list[Fact]:
    return list(parse(memory_file(path, text if isinstance(text, bytes) else text.encode())))


def gem(name: str, version: str, *licences: str, path: str = PATH) -> list[Fact]:
    return [Package("gem", name, version, licences=licences, path=path)]


def test_an_installed_gem() -> None:
    assert facts(INSTALLED) == gem("rack", "2.2.3", "MIT", "Ruby")


def test_a_default_gem() -> None:
    path = "usr/local/lib/ruby/gems/3.2.0/specifications/default/json-2.6.3.gemspec"
    assert facts("# stub: json 2.6.3 ruby lib\n", path) == gem("json", "2.6.3", path=path)


def test_a_gemspec_elsewhere_is_a_source() -> None:
    path = "app/rack.gemspec"
    assert facts(INSTALLED, path) == [
        Package("gem", "rack", "2.2.3", licences=("MIT", "Ruby"), path=path, declared=True)
    ]
    assert facts('s.name = "rack"\ns.version = Rack::VERSION\n', path) == []
    assert facts(INSTALLED, "usr/lib/ruby/gems/3.1.0/gems/rack-2.2.3/rack.gemspec") == []


def test_a_platform_in_the_stub_is_no_part_of_the_version() -> None:
    assert facts("# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.13.0 x86_64-linux lib\n") == gem("nokogiri", "1.13.0")


@pytest.mark.parametrize(
    "body",
    [
        's.name = "rack"\n s.version = "2.2.3"\n',
        "s.name = 'rack'\n s.version = '2.2.3'\n",
        's.name = %q{rack}\n s.version = "2.2.3".freeze\n',
        'spec.name    = %q<rack>\n spec.version = Gem::Version.new("2.2.3")\n',
        's.name=%q[rack]\n s.version = Gem::Version.new "2.2.3"\n',
        's.version = "2.2.3"\n s.name = %q(rack)\n s.authors = ["s.name = \\"x\\""]\n',
    ],
)
def test_assignments_of_literals_where_there_is_no_stub(body: str) -> None:
    assert facts("Gem::Specification.new do |s|\n " + body + "end\n") == gem("rack", "2.2.3")


def test_a_single_licence() -> None:
    assert facts('s.name = "a"\ns.version = "1"\ns.license = "MIT"\n') == gem("a", "1", "MIT")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00" * 100,
        "é".encode("utf-16"),
        b's.name = "rack"\n',
        b's.name = "rack"\ns.version = Rack::VERSION\n',
        b's.name = "rack"\ns.version = `id`\n',
        b's.name = "rack"\ns.version = "#{`id`}"\n',
        b's.name = "#{x}"\ns.version = "1.0"\n',
        b's.name = "../etc"\ns.version = "1.0"\n',
        b's.name = "rack\ns.version = "1.0"\n',
        b"# stub: rack latest ruby lib\n",
        b'# s.name = "rack"\n# s.version = "1.0"\n',
    ],
)
def test_what_is_no_literal_is_unreadable(text: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(text)


@pytest.mark.parametrize(
    "piece", [b"s." * 500_000, b" " * 1_000_000, b's.licenses = ["' * 50_000, b"s.version = (" * 50_000]
)
def test_one_line_of_a_megabyte_is_read_to_its_end(piece: bytes) -> None:
    with pytest.raises(Unreadable, match="names no gem"):
        facts(piece)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda data: b"# stub: " + data)))
def test_any_bytes_are_facts_or_unreadable(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert len(facts(data)) == 1


def test_what_ruby_itself_writes() -> None:
    ruby = shutil.which("ruby")
    if ruby is None:
        pytest.skip("no ruby on this machine")
    names = [("rack", "2.2.3"), ("a_b-c.d", "1.0.0.pre1"), ("x", "0"), ("rails", "7.1.0.beta1"), ("z", "10.0.0.rc.2")]
    script = """
      ARGV.each_slice(2) do |n, v|
        s = Gem::Specification.new do |g|
          g.name, g.version, g.summary, g.licenses = n, v, "it's \\"x\\" \\n y", ["MIT", "BSD"]
        end
        [s.to_ruby, s.to_ruby_for_cache].each { |text| print [n, s.version, text].join("\\x01"), "\\x02" }
      end"""
    arguments = [part for pair in names for part in pair]
    done = subprocess.run([ruby, "-e", script, *arguments], capture_output=True, check=True)
    written = done.stdout.decode().split("\x02")[:-1]
    assert len(written) == 2 * len(names)
    for text in written:
        name, version, spec = text.split("\x01")
        assert facts(spec) == gem(name, version, "MIT", "BSD")
        without_stub = "\n".join(line for line in spec.split("\n") if "# stub" not in line)
        assert facts(without_stub) == gem(name, version, "MIT", "BSD")
