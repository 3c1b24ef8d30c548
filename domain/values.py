"""What all values of this code can do, whichever way they are defined.

Most are msgspec's structs, which are defined in a fiftieth and made in an eighth of a dataclass's time; those that
compute something once and keep it are dataclasses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, structs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Value = TypeVar("Value", bound=Struct | DataclassInstance)


def replace(value: Value, /, **changes: Any) -> Value:
    """Return a copy that differs in the named fields and was checked as a new one is.

    Raises TypeError for a field that isn't there, and what the value itself raises for what can't be in it.
    """
    if isinstance(value, Struct):
        return structs.replace(value, **changes)
    return dataclasses.replace(value, **changes)


def fields(kind: type[Struct | DataclassInstance]) -> tuple[str, ...]:
    """Return the names of the fields of a kind of value, in their order."""
    if issubclass(kind, Struct):
        return kind.__struct_fields__
    return tuple(each.name for each in dataclasses.fields(kind))


def astuple(value: Struct | DataclassInstance) -> tuple[Any, ...]:
    """Return what a value holds in the order of its fields, values within it likewise."""
    return tuple(_told(getattr(value, name), astuple) for name in fields(type(value)))


def asdict(value: Struct | DataclassInstance) -> dict[str, Any]:
    """Return what a value holds by the names of its fields, values within it likewise."""
    return {name: _told(getattr(value, name), asdict) for name in fields(type(value))}


def _told(one: Any, told: Callable[[Any], Any]) -> Any:
    if isinstance(one, Struct) or dataclasses.is_dataclass(one):
        return told(one)
    if isinstance(one, tuple):
        parts = [_told(part, told) for part in one]
        # A named tuple takes its parts one by one.
        return type(one)(*parts) if hasattr(one, "_fields") else tuple(parts)
    if isinstance(one, list):
        return [_told(part, told) for part in one]
    if isinstance(one, Mapping):
        return {_told(key, told): _told(part, told) for key, part in one.items()}
    return one
