"""One visible line in, the same out as a format must have it for it to be text there and nothing else.

Markdown: https://github.github.com/gfm/#backslash-escapes, and what GitHub and GitLab make links and mentions of
(https://docs.gitlab.com/user/markdown/#gitlab-specific-references); CSV: RFC 4180 and
https://owasp.org/www-community/attacks/CSV_Injection; workflow commands:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands. A visible line is what
``_text.visible`` makes.
"""

from __future__ import annotations

import re

# What begins emphasis, code, a link, a cell, an emoji or one of GitLab's references within a line; the marks of a list
# or a heading at its start; what HTML and mentions are made of.
_SPECIAL = re.compile(
    r"[\\`*_\[\]|~$]|:(?=//|[\w+-]+:)|(?<=www)\.|[!%^](?=\w)|^[-+=]|^\d+(?=[.)])"
    r"|(?P<entity>[&<>]|(?<=[A-Za-z0-9_])@|#(?!\d))|(?P<reference>@|#|\b[Gg][Hh]-(?=\d))"
)
# Mentions are looked for in the text that Markdown was made of, where an entity is its character again: what stands
# between the sign and the name, and takes no room, keeps them apart. Behind a letter a sign mentions nobody.
_APART = "&#8203;"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # a spreadsheet takes the wide ones for the others


def markdown(line: str) -> str:
    """The line with nothing in it that Markdown, HTML or a mention would be made of."""
    return _SPECIAL.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    match found.lastgroup:
        case "entity":
            return _ENTITIES[text]
        case "reference":
            return f"{text}{_APART}"
        case _:
            return f"{text}\\" if text.isdigit() else f"\\{text}"


def cell(line: str) -> str:
    """A cell of CSV: no formula, quoted where it must be."""
    if line.startswith(_FORMULA):
        line = f"'{line}"
    return '"' + line.replace('"', '""') + '"' if any(mark in line for mark in ',"') else line


def message(line: str) -> str:
    """The message of a workflow command, as ``@actions/core`` writes it."""
    return line.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def parameter(line: str) -> str:
    """The value of a workflow command's parameter."""
    return message(line).replace(":", "%3A").replace(",", "%2C")
