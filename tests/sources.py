"""The project read as text and as syntax trees, for the tests that judge it."""

import ast
import os
import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "__pycache__",
    ".hypothesis",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
}
ROOMS = [config for config in apps.get_app_configs() if Path(config.path).parent == ROOT]
MODELS = [model for room in ROOMS for model in room.get_models()]
KINDS = {"models", "actions", "forms", "tables", "filters", "views", "urls", "jobs", "admin"}


@cache
def every_file() -> list[Path]:
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in NOT_OURS]
        found += [Path(folder, name) for name in names]
    return sorted(found)


def files(*suffixes: str) -> list[Path]:
    return [path for path in every_file() if path.suffix in suffixes]


def code_that_runs() -> list[Path]:
    """The Python of the rooms, the law and the workbooks: no test, no migration, no script."""
    rooms = {Path(room.path).name for room in ROOMS} | {"regulations", "workbooks"}
    found = [path for path in files(".py") if path.relative_to(ROOT).parts[0] in rooms]
    return [path for path in found if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def kind_of(path: Path) -> str:
    """`models` for contracts/models.py and for contracts/models/aid.py."""
    if path.suffix == ".html":
        return "templates"
    return next((part for part in (path.stem, path.parent.name) if part in KINDS), "other")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def places(paths: list[Path], is_fault) -> list[str]:
    """`file:line` of each node of the syntax trees that is a fault."""
    found = []
    for path in paths:
        found += [f"{name_of(path)}:{node.lineno}" for node in ast.walk(tree_of(path)) if is_fault(node)]
    return found


def lines_matching(paths: list[Path], pattern: str) -> list[str]:
    expression = re.compile(pattern)
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        found += [f"{name_of(path)}:{text.count(chr(10), 0, hit.start()) + 1}" for hit in expression.finditer(text)]
    return found
