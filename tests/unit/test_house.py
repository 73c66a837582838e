"""The house rules that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from financebuy.cli import exit_codes
from tools import make_reference

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "financebuy"
DOCS = ROOT / "docs"
MOST_LINES = 400

# How a statement begins.
STATEMENT = re.compile(
    r"""\s*(?:
    select\s+(?:\*|\d|'|\w+\s*\(|[^.]*\bfrom\b) | with\s+\w+\s+as\s*\( | insert\s+into\s
    | update\s+\S+\s+set\s | delete\s+from\s | truncate\s | copy\s+\S+\s+(?:from|to)\s
    | (?:create|alter|drop)\s+(?:or\s|table|role|user|database|schema|index|unique|extension|policy
        |function|view|materialized|type|domain|trigger|sequence|system|default|publication)
    | grant\s.*\sto\s | revoke\s.*\sfrom\s | set\s+(?:local|role|session)\s | lock\s+table\s
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def is_sql(text: str) -> bool:
    """Whether a text begins like a statement: "create role", but not "Create a role"."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return (first.islower() or first.isupper()) and STATEMENT.match(text) is not None


def source_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


# ------------------------------------------------------------------------------------- SQL


def strings(module: ast.Module) -> Iterator[ast.Constant]:
    """String literals that are not docstrings."""
    docstrings = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(module):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node


def test_python_spells_no_sql() -> None:
    found = [
        f"{where(path, literal)}: {literal.value!r:.60}"
        for path in source_files()
        for literal in strings(tree(path))
        if is_sql(str(literal.value))
    ]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "SELECT balance FROM accounts",
        "select set_config('fb.identity', $1, true)",
        "\n  insert into orders values (1)",
        "UPDATE accounts SET balance = 0",
        "create role fb_owner",
        "ALTER ROLE postgres PASSWORD 'x'",
        "grant select on orders to auditor",
        "set local lock_timeout = '4s'",
    ],
)
def test_sql_in_a_string_is_recognised(text: str) -> None:
    assert is_sql(text)


@pytest.mark.parametrize(
    "text", ["Create a user.", "Select an account", "Update the clock", "create the directory"]
)
def test_a_sentence_is_not_sql(text: str) -> None:
    assert not is_sql(text)


def defined_queries() -> set[tuple[str, str]]:
    return {
        (path.parent.name, name)
        for path in (SOURCE / "sql").glob("*/queries.sql")
        for name in re.findall(
            r"^--\s*name:\s*(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }


def loaded_feature(node: ast.AST) -> str | None:
    """The feature of a call `load("feature")` or `sql.load("feature")`."""
    if not (isinstance(node, ast.Call) and len(node.args) == 1):
        return None
    called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
    name = called.id if isinstance(called, ast.Name) else called
    argument = node.args[0]
    if name == "load" and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def assignments(module: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each (target, value), those of `a, b = x, y` one by one."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(target.elts, node.value.elts, strict=False)
                else:
                    yield target, node.value


def used_queries(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The (feature, name) pairs that a module reads from `load(feature)`."""
    features = {
        target.id: feature
        for target, value in assignments(module)
        if isinstance(target, ast.Name) and (feature := loaded_feature(value))
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            feature = loaded_feature(node.value)
            if isinstance(node.value, ast.Name):
                feature = features.get(node.value.id)
            if feature:
                yield feature, node.attr


def features_read_by_name(module: ast.Module) -> Iterator[str]:
    """The features of `getattr(load(feature), name)`, where the name is a value."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
            feature = loaded_feature(node.args[0])
            if feature:
                yield feature


def test_each_named_query_is_used_and_each_used_one_exists() -> None:
    modules = [tree(path) for path in source_files()]
    defined = defined_queries()
    used = {pair for module in modules for pair in used_queries(module)}
    by_name = {feature for module in modules for feature in features_read_by_name(module)}
    spelled = {literal.value for module in modules for literal in strings(module)}
    used |= {(feature, str(name)) for feature in by_name for name in spelled} & defined
    assert not sorted(used - defined), "used, but no such query"
    assert not sorted(defined - used), "a query that nobody uses"


# ---------------------------------------------------------------------------------- Python


def test_no_file_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in source_files()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES
    }
    assert not long, f"more than {MOST_LINES} lines: split them"


QUICK = {"cli/audit.py": 1}
"""How often a command or a drill borrows a connection for seconds: the sealer's state."""


def test_commands_and_drills_borrow_connections_for_as_long_as_they_take() -> None:
    """`Pools.connection` is taken back after seconds, and reading all history takes minutes."""
    lent = {
        str(path.relative_to(SOURCE)): count
        for folder in ("cli", "drills")
        for path in sorted((SOURCE / folder).rglob("*.py"))
        if (count := path.read_text(encoding="utf-8").count("pools.connection("))
    }
    assert lent == QUICK


def used_exit_codes(module: ast.Module) -> Iterator[int]:
    """The integers that a module ends the program with: `exit_code = N` and `Exit(N)`."""
    for node in ast.walk(module):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id == "exit_code" for each in targets):
                values = [node.value]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"Exit", "exit", "SystemExit"}:
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                yield value.value


def test_exit_codes_are_documented_and_no_other_is_used() -> None:
    page = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    documented = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", page)}
    named = {value for value in vars(exit_codes).values() if isinstance(value, int)}
    assert documented == named
    used = {code for path in source_files() for code in used_exit_codes(tree(path))}
    assert used <= named


# ------------------------------------------------------------------------------------ docs


def test_each_page_is_linked_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#]+\.md)", index)}
    assert set(DOCS.rglob("*.md")) - {DOCS / "index.md"} == linked


@pytest.mark.parametrize("name", make_reference.PAGES)
def test_the_reference_is_fresh(name: str) -> None:
    page = (make_reference.FOLDER / name).read_text(encoding="utf-8")
    assert page == make_reference.PAGES[name](), "run `make reference`"


# ------------------------------------------------------------------------------------ make


def test_make_help_names_the_targets() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    targets = set(re.findall(r"^  make ([\w-]+)", shown, re.MULTILINE))
    assert targets >= {"up", "test", "check", "packages", "bench", "drills", "soak", "help"}
