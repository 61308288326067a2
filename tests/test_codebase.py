"""The promises the code makes about itself: what every review would have to repeat, a test says once.

Each exception is written beside its rule, with its reason. A longer list of exceptions is a question about the rule.
The promises of the rows are in test_codebase_rows.py.
"""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from auditlog.registry import auditlog
from django.apps import apps
from django.forms import renderers
from django.template import engines

from tests.sources import MODELS, ROOMS, ROOT, code_that_runs, files, kind_of, lines_matching, name_of, places, tree_of
from tests.test_codebase_rows import NOT_SCOPED

# A module is full at four hundred lines; those that should only connect others are thinner.
LINES = {"urls": 60, "jobs": 80, "admin": 80, "templates": 120}
FULL = 400
# A function may pass its size, but only by its name and with a reason; a file never does.
LONGER_FUNCTIONS = {
    "exports/indicators.py:_entries": "declarations in a row, with nothing to follow",
}

# The machine's clock belongs to accounts/clock.py, which moves it.
CLOCKS = {"now", "today", "utcnow"}
CLOCKS_WITHOUT_ARGUMENT = {"localdate", "localtime"}
ALL_CLOCKS = CLOCKS | CLOCKS_WITHOUT_ARGUMENT
CLOCK_OWNERS = {"datetime", "date", "timezone"}


def test_imports_go_down_the_layers():
    program = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run(
        [program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout


def test_every_room_is_in_the_contracts_of_the_layers():
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rooms = {Path(room.path).name for room in ROOMS}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    layers = {room for layer in rules["contracts"][0]["layers"] for room in layer.split(" | ")}
    assert set(rules["root_packages"]) == layers == packages
    assert set(rules["contracts"][1]["containers"]) == rooms


def test_no_file_is_longer_than_its_size():
    long = {}
    for path in [path for path in files(".py", ".html") if "migrations" not in path.parts]:
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LINES.get(kind_of(path), FULL):
            long[name_of(path)] = count
    assert long == {}


def test_no_function_is_longer_than_forty_lines():
    long = {}
    for path in code_that_runs():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40:
                long[f"{name_of(path)}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert long.keys() == LONGER_FUNCTIONS.keys(), long


def test_requirements_name_no_address():
    assert lines_matching(sorted(ROOT.glob("requirements/*")), r"://|--(extra-)?index|--find-links") == []


def test_every_locked_package_has_its_hash():
    for path in ROOT.glob("requirements/*.txt"):
        blocks = re.split(r"\n(?=\S)", path.read_text())
        assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_nothing_reads_outside_the_project():
    written = [path for path in files(".py", ".sh", ".html", ".toml", ".js") if path != Path(__file__)]
    assert lines_matching([*written, ROOT / "Makefile"], r"""\.\./shared|/work/|["'/]shared/""") == []


def test_nothing_is_left_for_later():
    written = [path for path in files(".py", ".sh", ".html", ".js", ".css") if path != Path(__file__)]
    assert lines_matching(written, r"\b(TODO|FIXME|XXX|HACK)\b") == []


def test_linters_are_not_silenced():
    written = [path for path in files(".py", ".html") if path != Path(__file__)]
    assert lines_matching(written, r"(?i)#\s*(type:\s*ignore|pragma|ruff:)|#\s*noqa(?!: [a-z]+\d)|djlint:\s*off") == []
    assert len(lines_matching(written, r"(?i)#\s*noqa")) <= 5


# --- Time, signals, errors, writes ---


def test_only_the_clock_reads_the_clock():
    def reads_it(node):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            return owner in CLOCK_OWNERS
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CLOCKS_WITHOUT_ARGUMENT:
            return not node.args
        if isinstance(node, ast.ImportFrom):
            return node.module == "django.utils.timezone" and bool({alias.name for alias in node.names} & ALL_CLOCKS)
        return isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add")

    others = [path for path in code_that_runs() if name_of(path) != "accounts/clock.py"]
    assert places(others, reads_it) == []


def test_no_page_reads_the_clock_of_the_machine():
    assert lines_matching(files(".html"), r"{%\s*now\b|\|\s*time(since|until)\s*[|%}]") == []


def test_there_is_no_signal_of_ours():
    def is_signal(node):
        if isinstance(node, ast.ImportFrom):
            return node.module == "django.db.models.signals" or "receiver" in {alias.name for alias in node.names}
        return False

    assert places(code_that_runs(), is_signal) == []


EVERYTHING = ("Exception", "BaseException")
# The outer loop of every long job.
OUTER_LOOP = "accounts/work.py"


def test_unexpected_errors_are_caught_in_jobs_only():
    def catches_all(node):
        if not isinstance(node, ast.ExceptHandler) or (node.type and getattr(node.type, "id", "") not in EVERYTHING):
            return False
        # What cleans up and lets the error pass hides nothing.
        return not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)

    others = [path for path in code_that_runs() if kind_of(path) != "jobs" and name_of(path) != OUTER_LOOP]
    assert places(others, catches_all) == []


def test_audited_rows_are_not_written_in_bulk_outside_actions():
    audited = {model.__name__ for model in auditlog.get_models()}

    def writes_in_bulk(node):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        if node.func.attr not in ("update", "bulk_update", "update_or_create"):
            return False
        root = node.func.value
        passed = set()
        while isinstance(root, ast.Attribute | ast.Call):
            passed.add(getattr(root, "attr", ""))
            root = root.func if isinstance(root, ast.Call) else root.value
        is_query = passed & {"objects", "filter", "exclude", "all", "visible_to"}
        return bool(is_query) and getattr(root, "id", "") in audited | {"self", "queryset", "rows"}

    others = [path for path in code_that_runs() if kind_of(path) != "actions"]
    assert places(others, writes_in_bulk) == []


def test_views_reach_rows_through_their_scope():
    """`Contract.objects` in a view is followed by a scope; what belongs to a row in scope is `row.contracts`."""
    scoped = {model.__name__ for model in MODELS if model._meta.label not in NOT_SCOPED}

    def is_bare_manager(node, path):
        followed = {id(parent.value) for parent in ast.walk(tree_of(path)) if _asks_scope(parent)}
        return _is_manager_of(node, scoped) and id(node) not in followed

    views = [path for path in code_that_runs() if kind_of(path) == "views"]
    faults = [place for path in views for place in places([path], lambda node, path=path: is_bare_manager(node, path))]
    faults += places(views, lambda node: _gets_a_bare_model(node, scoped))
    assert faults == []


def _asks_scope(node) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("visible_to", "private_to", "followed_by", "none")


def _is_manager_of(node, names) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "objects" and getattr(node.value, "id", "") in names


def _gets_a_bare_model(node, names) -> bool:
    is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("get_object_or_404", "get_list_or_404")
    return is_call and bool(node.args) and getattr(node.args[0], "id", "") in names


# --- Pages ---


def our_templates() -> dict[str, Path]:
    """Each template by the name it is called by."""
    return {
        path.as_posix().rpartition("/templates/")[2]: path
        for path in files(".html", ".txt")
        if "templates" in path.parts
    }


def test_every_template_can_be_read():
    for name in our_templates():
        engines["django"].get_template(name)


def test_no_template_is_unused():
    called = [re.escape(text) for text in _strings_of_templates()] + _strings_of_python()
    called = re.compile("|".join(called))
    unused = [name for name in our_templates() if not called.fullmatch(name) and not _is_called_by_a_library(name)]
    assert unused == []


def _strings_of_templates() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in our_templates().values()]
    return {name for text in texts for name in re.findall(r"""["']([\w/.-]+\.(?:html|txt))["']""", text)}


def _strings_of_python() -> list[str]:
    """Names as patterns: `f"home/{role}.html"` calls every template of that shape."""
    found = []
    for path in code_that_runs():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and str(node.value).endswith((".html", ".txt")):
                found.append(re.escape(node.value))
            if isinstance(node, ast.JoinedStr):
                found.append("".join(_pattern_of(part) for part in node.values))
    return [pattern for pattern in found if pattern.endswith((r"\.html", r"\.txt"))]


def _pattern_of(part) -> str:
    return re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.-]+"


def _is_called_by_a_library(name: str) -> bool:
    # Django and the web server call these by their number.
    if re.fullmatch(r"[45]\d\d\.html", name):
        return True
    theirs = [Path(config.path) for config in apps.get_app_configs() if config not in ROOMS]
    theirs.append(Path(renderers.__file__).parent)
    return any((folder / "templates" / name).exists() for folder in theirs)


def test_pages_hold_no_script_and_no_style_of_their_own():
    """The content security policy refuses both."""
    inline = r"""(?i)<script(?![^>]*\bsrc=)[^>]*>|<style\b|<[^>%{]*\s(style|on[a-z]+)\s*=\s*["']|javascript:"""
    assert lines_matching(files(".html"), inline) == []


def test_pages_do_not_name_roles():
    """Pages ask for a permission: `{% if perms.contracts.end_contract %}`."""
    assert lines_matching(files(".html"), r"{%\s*(el)?if[^%]*\brole\s*(==|!=|in\b)") == []
