"""The import rule of docs/architecture.md: foundations <- stages <- api <- command line; no stage imports another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "pratique"
FOUNDATIONS = {
    "model",
    "explanation",
    "errors",
    "folders",
    "given",
    "package_url",
    "sbom_fields",
    "limits",
    "plugins",
    "processes",
    "licences",
    "bases",
    "known_bases",
    "difference",
    "relations",
    "risk",
    "net",
    "oci",
    "cache",
    "version",
    "expr",
    "starter",
    "",
}
STAGES = {"image", "catalog", "vuln", "policy", "report"}
JOINED = {"workers", "settings", "reading", "documents", "candidates", "policies", "promises", "rulings", "api"}
SHELLS = {"cli", "__main__"}


def part(path: Path) -> str:
    """The top-level part of the package that a file belongs to; "" for the package itself."""
    relative = path.relative_to(SOURCE)
    return "" if relative.name == "__init__.py" and len(relative.parts) == 1 else relative.parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import of ours, wherever it stands in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "pratique" else [module]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "pratique")


def allowed(importer: str) -> set[str]:
    """The parts that a part may import."""
    if importer in FOUNDATIONS:
        return FOUNDATIONS
    if importer in STAGES:
        return FOUNDATIONS | {importer}
    if importer in JOINED:
        return FOUNDATIONS | STAGES | JOINED
    assert importer in SHELLS, f"{importer!r} is in no group of the import rule"
    return FOUNDATIONS | STAGES | JOINED | SHELLS


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_part_imports_only_what_the_rule_allows(path: Path) -> None:
    importer = part(path)
    wrong = []
    for line, name in imports(ast.parse(path.read_text())):
        imported = name.split(".")[1] if "." in name else ""
        if imported != "__version__" and imported not in allowed(importer):
            wrong.append(f"{path.relative_to(SOURCE.parent)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)
