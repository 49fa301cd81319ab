"""The history of an image in, the packages of apk-tools that one instruction installed and removed out, as problems.

Of such a package no layer holds a database that names its version, and what was compiled against it may hold its code:
static libraries, headers. https://docs.alpinelinux.org/user-handbook/0.1a/Working/apk.html and apk(8) for ``add``,
``del`` and ``--virtual``; https://github.com/opencontainers/image-spec/blob/main/config.md (``history``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pratique.model import Image, Package, Problem

_END = re.compile(r"&&|\|\||[;|&\n(){}]|\\\n")  # what parts the commands of a shell (POSIX.1, 2.10.2)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_VERSION = re.compile(r"[<>=~@]")
# options of apk-tools that take a value of their own
_VALUED = frozenset(("-p", "--root", "-X", "--repository", "-t", "--virtual", "--arch", "--cache-dir", "--wait"))
_VALUED |= frozenset(("--cache-max-age", "--keys-dir", "--progress-fd", "--repositories-file", "--timeout"))
_LONGEST = 1 << 20  # characters of an instruction
_EXAMPLES = 20


def told(image: Image, packages: Iterable[Package]) -> Iterator[Problem]:
    """A problem for each layer whose instruction installed and removed packages, but for those that are among the
    image's all the same."""
    installed = {package.name for package in packages if package.type == "apk" and not package.declared}
    env = dict(one.split("=", 1) for one in image.config.env if "=" in one)
    for layer in image.layers:
        names = [name for name in removed(layer.created_by, env) if name not in installed]
        if names:
            some = ", ".join(names[:_EXAMPLES]) + (", …" if len(names) > _EXAMPLES else "")
            what = (
                f"an instruction installed {len(names)} packages of apk and removed them again ({some}): their versions"
                " are not known, and what was built with them may hold their code"
            )
            yield Problem(layer.digest or layer.diff_id, what, layer=layer.index)


def removed(instruction: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """The names of packages that the instruction installed and removed, sorted. Variables that ``env`` does not hold
    stay as they are written."""
    if " del" not in instruction or len(instruction) > _LONGEST:
        return ()
    added, virtual, gone = set[str](), dict[str, list[str]](), set[str]()
    for command in _END.split(instruction):
        applet, group, names = _apk(command, env)
        if applet == "add":
            added.update(names)
            gone.difference_update(names)
            if group:
                virtual[group] = names
        elif applet == "del":
            for name in names:
                gone.update(virtual.get(name, (name,)))
    return tuple(sorted(gone & added))


def _apk(command: str, env: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """The applet, the virtual package (``--virtual``), and the packages that a call of apk names."""
    words = _VARIABLE.sub(lambda found: env.get(found[1] or found[2], found[0]), command).split()
    start = next((at for at, word in enumerate(words) if word.rpartition("/")[2] == "apk"), len(words))
    applet, group, names = "", "", list[str]()
    rest = iter(words[start + 1 :])
    for word in rest:
        text = word.strip("'\"\\")
        if text.startswith("-"):
            option, _, value = text.partition("=")
            if option in _VALUED and not value:
                value = next(rest, "").strip("'\"")
            if option in ("-t", "--virtual"):
                group = value
        elif not applet:
            applet = text
        elif text and text[0] not in "!<>#":
            names.append(_VERSION.split(text, maxsplit=1)[0])
    return applet, group, names
