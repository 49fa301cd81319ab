"""Instructions as Dockerfiles of official images on Alpine have them (https://github.com/docker-library)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._apk_removed import removed, told
from pratique.model import Image, ImageConfig, Layer, Package

PHP = """\
/bin/sh -c set -eux; apk add --no-cache --virtual .build-deps $PHPIZE_DEPS coreutils curl-dev openssl-dev ; \
docker-php-ext-install x; runDeps="$( scanelf --needed )"; apk add --no-cache $runDeps; \
apk del --no-network .build-deps; # buildkit"""


@pytest.mark.parametrize(
    ("instruction", "wanted"),
    [
        (PHP, ("autoconf", "coreutils", "curl-dev", "g++", "openssl-dev")),
        ("RUN apk add -t .d gcc musl-dev && make && apk del .d", ("gcc", "musl-dev")),
        ("RUN apk add --virtual=.d 'gcc>=9' \"make\" && \\\n    apk del .d", ("gcc", "make")),
        ("RUN apk --no-cache add gcc make curl && apk del gcc", ("gcc",)),
        ("RUN /sbin/apk add -X http://x/edge zlib-dev@edge || true; apk --purge del zlib-dev", ("zlib-dev",)),
        ("RUN apk add $UNKNOWN && apk del $UNKNOWN", ("$UNKNOWN",)),
        ("RUN apk add gcc && apk del gcc && apk add gcc", ()),
        ("RUN apk add gcc", ()),
        ("RUN apk del gcc", ()),  # a layer below has the database that knew it
        ("RUN apk add -t .d && apk del .d", ()),
        ("RUN echo apk del x", ()),
        ("COPY . /del", ()),
        ("", ()),
    ],
)
def test_removed(instruction: str, wanted: tuple[str, ...]) -> None:
    assert removed(instruction, {"PHPIZE_DEPS": "autoconf g++"}) == wanted


def test_told() -> None:
    layers = (Layer(0, "sha256:a"), Layer(1, "sha256:b", created_by=PHP))
    image = Image("x", "x", config=ImageConfig(env=("PHPIZE_DEPS=autoconf g++", "odd")), layers=layers)
    (problem,) = told(image, [Package("apk", "coreutils", "9.4-r1"), Package("deb", "g++", "1")])
    assert (problem.where, problem.layer, problem.blocking) == ("sha256:b", 1, False)
    assert "4 packages" in problem.what
    assert "openssl-dev" in problem.what
    assert "coreutils" not in problem.what
    assert not list(told(Image("x", "x", layers=layers[:1]), ()))


@given(st.text("apk addel-t=$X{}&;|'\\\"\n", max_size=80) | st.text(max_size=50))
def test_any_text(instruction: str) -> None:
    assert isinstance(removed(f"apk add a; {instruction} del", {"X": "a"}), tuple)


def test_a_long_one() -> None:
    assert removed("apk add a; apk del a;" * 100_000, {}) == ()
