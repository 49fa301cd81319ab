"""Arguments, environment and configuration file in, one namespace out. The command line comes first, then
``PRATIQUE_<OPTION>``, then the file (TOML, https://toml.io/en/v1.0.0), then the default.

The file is ``$XDG_CONFIG_HOME/pratique/config.toml`` (XDG base directory specification) or what ``--config`` names. A
key is an option without its dashes; keys above all tables hold for each command that has the option, those in
``[scan]`` or ``[db.build]`` for that command. A key that names no option is an error.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import IO

from pratique.cli import _messages
from pratique.cli._parser import Parser
from pratique.errors import UsageError
from pratique.folders import user_folder
from pratique.given import read_given

PREFIX = "PRATIQUE_"
_LARGEST = 1 << 20  # bytes of a configuration file
_NOT_IN_FILE = frozenset({"config", "help"})
_RIVALS = (frozenset({"policy", "preset"}),)  # one of them is asked for; of two from one place the command complains
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})

Catalogue = Callable[[], Mapping[str, frozenset[str]]]
_Table = Mapping[str, object]


def resolve(
    parser: Parser, arguments: Sequence[str], environment: Mapping[str, str], catalogue: Catalogue, err: IO[str]
) -> argparse.Namespace:
    """The command's arguments, each from the first place that gives it. ``catalogue`` tells the options of all
    commands; it is asked only when a file or a strange variable is there to be checked. Raises ``UsageError``."""
    actions = [action for action in parser.arguments() if action.option_strings]
    defaults = {action.dest: (action.default, action.required) for action in actions}
    for action in actions:
        action.default, action.required = argparse.SUPPRESS, False
    namespace = _parsed(parser, list(arguments))
    _mention_strangers(parser, environment, catalogue, err)
    path = getattr(namespace, "config", None) or environment.get(f"{PREFIX}CONFIG")
    table = _read(path, environment, parser.words, catalogue)
    given = {action.dest for action in actions if hasattr(namespace, action.dest)}
    aside = _put_aside(given, environment, frozenset(defaults))
    for action in actions:
        if action.dest in given:
            continue
        option = action.option_strings[-1].removeprefix("--")
        variable = variable_of(option)
        default, required = defaults[action.dest]
        if action.dest in aside:
            setattr(namespace, action.dest, default)
        elif environment.get(variable):
            setattr(namespace, action.dest, _from_text(action, environment[variable], variable))
        elif option in table:
            setattr(namespace, action.dest, _from_file(action, table[option], option))
        elif required:
            parser.error(f"{action.option_strings[-1]} is missing")
        else:
            setattr(namespace, action.dest, default)
    return namespace


def _put_aside(given: Set[str], environment: Mapping[str, str], known: Set[str]) -> frozenset[str]:
    """The options, of those that the command knows, of which another one, that says the same in another way, comes from
    a place that comes first: from the command line, or from the environment where only the file has these."""
    for rivals in (each for each in _RIVALS if each <= known):
        if first := rivals & given or frozenset(name for name in rivals if environment.get(variable_of(name))):
            return rivals - first
    return frozenset()


def _parsed(parser: Parser, arguments: list[str]) -> argparse.Namespace:
    """What the command line gives; options may stand between targets, and what follows ``--`` is a target, which
    argparse forgets when the two are mixed."""
    place = arguments.index("--") if "--" in arguments else len(arguments)
    namespace = parser.parse_intermixed_args(arguments[:place])
    rest = arguments[place + 1 :]
    listed = next((action.dest for action in parser.arguments() if action.nargs == "*"), "")
    if rest and not listed:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        setattr(namespace, listed, [*getattr(namespace, listed), *rest])
    return namespace


def variable_of(option: str) -> str:
    """``cache-dir`` is ``PRATIQUE_CACHE_DIR``."""
    return PREFIX + option.upper().replace("-", "_")


def says_yes(text: str) -> bool:
    """Whether a variable says yes."""
    return text.strip().lower() in _YES


def _from_text(action: argparse.Action, text: str, where: str) -> object:
    """The value of a variable: that of an option which may be given several times is divided at commas."""
    try:
        if action.nargs == 0:
            if not says_yes(text) and text.strip().lower() not in _NO:
                raise ValueError(f"{text!r} is neither yes nor no")
            return says_yes(text)
        if _repeats(action):
            return [_converted(action, part.strip()) for part in text.split(",") if part.strip()]
        return _converted(action, text)
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise UsageError(f"{where}: {error}") from error


def _from_file(action: argparse.Action, value: object, option: str) -> object:
    """The value of a key: a truth for a switch, a list for what may be given several times, else one value."""
    try:
        if action.nargs == 0:
            if not isinstance(value, bool):
                raise ValueError(f"{value!r} is neither true nor false")
            return value
        if _repeats(action):
            return [_converted(action, _text(item)) for item in (value if isinstance(value, list) else [value])]
        return _converted(action, _text(value))
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise UsageError(f"the configuration file: {option}: {error}") from error


def _repeats(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _text(value: object) -> str:
    if isinstance(value, bool | list | dict):
        raise ValueError(f"{value!r} is no text or number")
    return str(value)


def _converted(action: argparse.Action, text: str) -> object:
    value = action.type(text) if callable(action.type) else text
    if action.choices is not None and value not in action.choices:
        raise ValueError(f"{text!r} is none of {', '.join(str(choice) for choice in action.choices)}")
    return value


def _mention_strangers(parser: Parser, environment: Mapping[str, str], catalogue: Catalogue, err: IO[str]) -> None:
    """Of a variable that is nearly one of ours it is said that it does nothing."""
    own = {variable_of(option) for option in parser.options()}
    strange = sorted(name for name in environment if name.startswith(PREFIX) and name not in own)
    if not strange:
        return
    known = {variable_of(option) for options in catalogue().values() for option in options}
    for name in strange:
        meant = _messages.nearest(name, sorted(known), likeness=0.85)
        if name not in known and meant:
            _messages.tell(err, f"the variable {name!r} names no option", f"did you mean {meant!r}?")


def _read(path: str | None, environment: Mapping[str, str], words: str, catalogue: Catalogue) -> _Table:
    """The keys that hold for this command; none where there is no file."""
    file = Path(path) if path else _usual_place(environment)
    try:
        text = read_given(file, _LARGEST, "the configuration file").decode()
    except UsageError as error:
        if not path and isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return {}
        raise
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read the configuration file {str(file)!r}: it is not UTF-8") from error
    return _keys(text, str(file), words, catalogue())


def _usual_place(environment: Mapping[str, str]) -> Path:
    return user_folder(environment, "XDG_CONFIG_HOME", ".config") / "pratique" / "config.toml"


def _keys(text: str, file: str, words: str, known: Mapping[str, frozenset[str]]) -> _Table:
    import tomllib  # only where there is a file

    try:
        document: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the configuration file {file!r}: {error}") from error
    tables = _tables(document, file, known)
    return {**tables[""], **tables.get(words, {})}


def _tables(document: _Table, file: str, known: Mapping[str, frozenset[str]]) -> dict[str, dict[str, object]]:
    """The keys by command, "" for those above all tables; each is checked, also those of other commands."""
    everywhere = frozenset().union(*known.values())
    found: dict[str, dict[str, object]] = {"": {}}
    for key, value in document.items():
        if isinstance(value, dict) and key in known:
            found[key] = _checked(value, f"{key}.", file, known[key])
        elif isinstance(value, dict) and any(words.startswith(f"{key} ") for words in known):
            for below, inner in value.items():
                words = f"{key} {below}"
                if words not in known or not isinstance(inner, dict):
                    raise _unknown(f"{key}.{below}", file, [name.replace(" ", ".") for name in known])
                found[words] = _checked(inner, f"{key}.{below}.", file, known[words])
        else:
            names = everywhere | {name.replace(" ", ".") for name in known}
            if key not in everywhere - _NOT_IN_FILE or isinstance(value, dict):
                raise _unknown(key, file, sorted(names - _NOT_IN_FILE))
            found[""][key] = value
    return found


def _checked(table: Mapping[str, object], prefix: str, file: str, options: frozenset[str]) -> dict[str, object]:
    for key in table:
        if key not in options - _NOT_IN_FILE:
            raise _unknown(prefix + key, file, [prefix + option for option in sorted(options - _NOT_IN_FILE)])
    return dict(table)


def _unknown(key: str, file: str, known: Sequence[str]) -> UsageError:
    meant = _messages.nearest(key, known)
    hint = f"did you mean {meant!r}?" if meant else "`pratique COMMAND --help` lists the options, which are the keys"
    return UsageError(f"the configuration file {file!r}: no option is named {key!r}", hint=hint)
