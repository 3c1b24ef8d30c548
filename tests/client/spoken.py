"""What the program says of what was wrong, found in its source: every text that flows into an error's words.

Followed are constants and f-strings through local names, both arms of a choice, rows of a literal table, lists, the
returns and yields of the functions called, and the arguments of those that hand their parameters on.
"""

import ast
import string
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("domain", "promising", "wire", "scheduler")
WORDS = {
    "Violation": {1: "problem", 2: "allowed"},
    "one": {1: "problem", 2: "allowed"},
    "BadCell": {0: "problem", 1: "allowed"},
    "add": {1: "problem", 2: "allowed"},
    "mark": {3: "problem", 4: "allowed"},
    "WrongState": {3: "problem"},
    "CannotMoveWork": {1: "problem"},
    "CannotMove": {0: "problem"},
    "Contradiction": {1: "against"},
    "WouldBreakReservations": {0: "broken"},
    "WouldBreakPromises": {0: "broken"},
    "ProposalOutdated": {1: "broken", 2: "changed"},
}
"""Where the words of an error stand among what makes it, by place and name."""

RECEIVERS = {"one": "InvalidInput", "add": "mistakes", "mark": "sheet"}
"""Whose method it is, where others have one of that name."""

YIELDING = {"references.py": (1, 2)}
"""Files whose checks yield rows of column, problem and allowed."""


DELEGATED = 2
"""In how many classes a method may be that is followed from elsewhere: its own, and one that hands on to that."""

HANDED_ON = ("problem", "told")
"""Names of texts that are put into others."""


class Spoken:
    """Reads the source once; `texts` are what is said, each f-string with its expressions in braces, by place."""

    def __init__(self, root: Path) -> None:
        self.texts: dict[str, str] = {}
        self.untold: dict[str, str] = {}
        """What is no text here: handed through, data, or of another library; by expression."""
        self._trees = {
            path: ast.parse(path.read_text()) for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))
        }
        self._around: dict[ast.AST, ast.AST] = {}
        self._functions: dict[str, list[tuple[Path, ast.FunctionDef]]] = defaultdict(list)
        self._calls: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
        self._followed: set[object] = set()
        for path, tree in self._trees.items():
            self._index(path, tree)
        for name, places in WORDS.items():
            for place, word in places.items():
                self._arguments(name, place, word)
        for path, tree in self._trees.items():
            if path.name in YIELDING:
                for node in ast.walk(tree):
                    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                        for place in YIELDING[path.name]:
                            self._follow(node.value.elts[place], path)

    def _index(self, path: Path, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._around[child] = node
            if isinstance(node, ast.FunctionDef):
                self._functions[node.name].append((path, node))
            if isinstance(node, ast.Call):
                self._calls[_called(node)].append((path, node))

    def _arguments(self, name: str, place: int | None, word: str, only: Path | None = None) -> None:
        """Follow what all calls of a name hand over at a place, or by a name."""
        if (mark := (name, place, word, only)) in self._followed:
            return
        self._followed.add(mark)
        for path, call in self._calls[name]:
            if only not in (None, path) or not _is_ours(name, call):
                continue
            if place is not None and len(call.args) > place:
                self._follow(call.args[place], path)
            for keyword in call.keywords:
                if keyword.arg == word:
                    self._follow(keyword.value, path)

    def _follow(self, node: ast.expr, path: Path) -> None:
        if id(node) in self._followed:
            return
        self._followed.add(id(node))
        match node:
            case ast.Constant(value=str(text)):
                self._told(text, node, path)
            case ast.JoinedStr():
                self._told(_template(node), node, path)
                parts = (part.value for part in node.values if isinstance(part, ast.FormattedValue))
                self._each((part for part in parts if ast.unparse(part) in HANDED_ON), path)
            case ast.IfExp():
                self._each((node.body, node.orelse), path)
            case ast.BoolOp():
                self._each(node.values, path)
            case ast.List() | ast.Tuple() | ast.Set():
                self._each(node.elts, path)
            case ast.Starred():
                self._follow(node.value, path)
            case ast.ListComp() | ast.GeneratorExp():
                self._follow(node.elt, path)
            case ast.Subscript(value=ast.Name()) if found := self._table(node.value.id, path):
                self._each(found.values, path)
            case ast.Subscript(value=ast.Name()):
                self._follow(node.value, path)
            case ast.Attribute(attr="problem" | "allowed" | "broken"):
                # Of an error that is told on: it was followed where that was made.
                pass
            case ast.Call(func=ast.Attribute(value=ast.Constant(value="; "), attr="join")):
                self._follow(node.args[0], path)
            case ast.Call(func=ast.Name(id="tuple" | "list")) if node.args:
                self._follow(node.args[0], path)
            case ast.Call() if self._results(node, path):
                pass
            case ast.Name() if self._named(node, path):
                pass
            case ast.Constant():
                pass
            case _:
                self.untold[ast.unparse(node)] = f"{path}:{node.lineno}"

    def _each(self, nodes, path: Path) -> None:
        for node in nodes:
            self._follow(node, path)

    def _told(self, text: str, node: ast.expr, path: Path) -> None:
        if text:
            self.texts.setdefault(text, f"{path}:{node.lineno}")

    def _table(self, name: str, path: Path) -> ast.Dict | None:
        """A table at the head of a file."""
        found = [value for value in _assigned(self._trees[path].body, name) if isinstance(value, ast.Dict)]
        return found[0] if found else None

    def _results(self, call: ast.Call, path: Path) -> bool:
        """Follow what a function of ours returns or yields."""
        name, found = _called(call), False
        those = [each for each in self._functions[name] if each[0] == path]
        if not those and isinstance(call.func, ast.Name):
            those = [each for each in self._functions[name] if self._imports(path, name, each[0])]
        elif not those and len(self._functions[name]) <= DELEGATED:
            those = self._functions[name]
        for other, function in those:
            for node in ast.walk(function):
                if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
                    found = True
                    self._follow(node.value, other)
        return found

    def _imports(self, path: Path, name: str, other: Path) -> bool:
        """Whether a file has a name from another."""
        found = (node for node in self._trees[path].body if isinstance(node, ast.ImportFrom))
        modules = [node.module.replace(".", "/") for node in found if name in (each.name for each in node.names)]
        return any(f"/{module}" in f"/{other}" for module in modules)

    def _named(self, node: ast.Name, path: Path) -> bool:
        """Follow what a name may stand for: a parameter, or what is assigned to it around here."""
        found, function = False, self._enclosing(node)
        while function is not None:
            words = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            words = words[1:] if words[:1] in (["self"], ["cls"]) else words
            if node.id in words or node.id in [each.arg for each in function.args.kwonlyargs]:
                found, name = True, function.name
                if name == "__init__":
                    name = self._around[function].name
                place = words.index(node.id) if node.id in words else None
                self._arguments(name, place, node.id, path if name.startswith("_") else None)
            for value in _assigned(ast.walk(function), node.id):
                found = True
                self._follow(value, path)
            function = self._enclosing(function)
        for value in [] if found else _assigned(self._trees[path].body, node.id):
            found = True
            self._follow(value, path)
        return found

    def _enclosing(self, node: ast.AST) -> ast.FunctionDef | None:
        while node in self._around:
            node = self._around[node]
            if isinstance(node, ast.FunctionDef):
                return node
        return None


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_ours(name: str, call: ast.Call) -> bool:
    return name not in RECEIVERS or ast.unparse(call.func).lower().endswith(f"{RECEIVERS[name]}.{name}".lower())


def _template(node: ast.JoinedStr) -> str:
    """An f-string with its expressions in braces, marked where they are quoted."""
    return "".join(
        part.value
        if isinstance(part, ast.Constant)
        else "{" + ast.unparse(part.value) + ("!r" if part.conversion == ord("r") else "") + "}"
        for part in node.values
    )


def _assigned(nodes, name: str) -> Iterator[ast.expr]:
    """Everything that statements give a name."""
    for node in nodes:
        match node:
            case ast.Assign():
                for target in node.targets:
                    yield from _shares(target, node.value, name)
            case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name and value is not None:
                yield value
            case ast.AugAssign(target=ast.Name(id=found)) if found == name:
                yield node.value
            case ast.NamedExpr(target=ast.Name(id=found)) if found == name:
                yield node.value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="append")) if found == name:
                yield node.args[0]
            case ast.For() | ast.comprehension() if isinstance(node.iter, ast.Tuple | ast.List):
                for row in node.iter.elts:
                    yield from _shares(node.target, row, name)


def _shares(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """What a name has of an assignment, taken apart where both sides are rows."""
    match target:
        case ast.Name(id=found) if found == name:
            yield value
        case ast.Tuple() if isinstance(value, ast.Tuple):
            for each, share in zip(target.elts, value.elts, strict=True):
                yield from _shares(each, share, name)
        case ast.Tuple() if isinstance(value, ast.IfExp):
            yield from _shares(target, value.body, name)
            yield from _shares(target, value.orelse, name)


def fields(template: str) -> list[str]:
    """The expressions of a template."""
    return [field + ("!r" if quoted else "") for _, field, _, quoted in string.Formatter().parse(template) if field]
