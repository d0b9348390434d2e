"""In: a Python file, read as data. Out: the names it offers and how they are called."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

ANYTHING = object()


@dataclass(frozen=True)
class Signature:
    """How a function can be called; a default of ANYTHING is one that is not known."""

    positional: tuple[str, ...]
    defaults: dict[str, object]
    keyword_only: tuple[str, ...]
    rest: str | None
    more_keywords: str | None

    @property
    def least(self) -> int:
        """Give how many positional arguments there must be."""
        return sum(name not in self.defaults for name in self.positional)

    @property
    def most(self) -> int:
        """Give how many positional arguments there can be."""
        return 99 if self.rest else len(self.positional)

    def takes(self, positional: int, keywords: tuple[str, ...] = ()) -> bool:
        """Tell whether a call binds."""
        known = {*self.keyword_only, *self.positional[positional:]}
        missing = [
            name
            for name in (*self.positional[positional:], *self.keyword_only)
            if name not in self.defaults and name not in keywords
        ]
        return (
            positional <= self.most
            and not missing
            and (bool(self.more_keywords) or set(keywords) <= known)
        )


@dataclass
class Interface:
    """What a module or a class offers, private names left out."""

    constants: dict[str, object] = field(default_factory=dict)
    functions: dict[str, list[Signature]] = field(default_factory=dict)
    classes: dict[str, "Interface"] = field(default_factory=dict)
    # What a class's methods put on self, or a module imports.
    others: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """Give every name."""
        return {*self.constants, *self.functions, *self.classes, *self.others}


def read(path: Path) -> Interface:
    """Read a module; without what its stub marks as another port's."""
    return _interface(ast.parse(path.read_text()).body, {}, is_class=False)


def _interface(
    body: list[ast.stmt], outer: dict[str, object], *, is_class: bool
) -> Interface:
    found = Interface()
    values = dict(outer)
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    values[target.id] = _value(node.value, values)
                    if not target.id.startswith("_"):
                        found.constants[target.id] = values[target.id]
        elif isinstance(node, ast.FunctionDef) and not _is_elsewhere(node):
            if is_class:
                found.others |= _put_on_self(node)
            if not node.name.startswith("_") or node.name == "__init__":
                signature = _signature(node.args, values, is_method=is_class)
                found.functions.setdefault(node.name, []).append(signature)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found.classes[node.name] = _interface(node.body, values, is_class=True)
        elif isinstance(node, ast.Import | ast.ImportFrom) and not is_class:
            names = {alias.asname or alias.name for alias in node.names}
            found.others |= {name for name in names if not name.startswith("_")}
    return found


def _is_elsewhere(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and getattr(decorator.func, "id", "") == "mp_available"
        and any(keyword.arg == "port" for keyword in decorator.keywords)
        for decorator in node.decorator_list
    )


def _put_on_self(node: ast.FunctionDef) -> set[str]:
    return {
        target.attr
        for target in ast.walk(node)
        if isinstance(target, ast.Attribute)
        and isinstance(target.ctx, ast.Store)
        and getattr(target.value, "id", "") == "self"
        and not target.attr.startswith("_")
    }


def _signature(
    arguments: ast.arguments, values: dict[str, object], *, is_method: bool
) -> Signature:
    listed = [*arguments.posonlyargs, *arguments.args]
    positional = tuple(argument.arg for argument in listed)[is_method:]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    defaults = {
        name: _value(node, values)
        for name, node in zip(with_default, arguments.defaults, strict=True)
    }
    keyword_only = tuple(argument.arg for argument in arguments.kwonlyargs)
    for name, node in zip(keyword_only, arguments.kw_defaults, strict=True):
        if node is not None:
            defaults[name] = _value(node, values)
    rest, more = arguments.vararg, arguments.kwarg
    return Signature(
        positional,
        defaults,
        keyword_only,
        rest.arg if rest else None,
        more.arg if more else None,
    )


def _value(node: ast.expr | None, values: dict[str, object]) -> object:
    if isinstance(node, ast.Name):
        return values.get(node.id, ANYTHING)
    try:
        value = ast.literal_eval(node) if node else ...
    except ValueError:
        return ANYTHING
    return ANYTHING if value is ... else value
