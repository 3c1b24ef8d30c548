"""Whether one case, a conjunction of atoms, can be: proven not to, with values that fit, or open."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct, field

from rulebase.checks.atoms import BOUNDS, VALUES, Among, Atom, Linear, Opaque, Part, Place, There
from rulebase.checks.linear import Row, row, solve
from rulebase.language.tree import Fact, TextTest
from rulebase.language.vocabulary import FactValue

Values = dict[Place, FactValue]
_FRESH = ("其他", "x", "其他2")
"""Texts that no rule names, tried where any text will do."""


class Fit(Struct, frozen=True):
    """`possible` False is proven; True: `values` fit as far as atoms tell; None: nobody can tell."""

    possible: bool | None
    values: Values = field(default_factory=dict)
    there: tuple[Place, ...] = ()
    """Facts that must be there, whatever they are."""


def fit(case: Sequence[Atom]) -> Fit:
    """Values that meet all atoms of a case. What is opaque is taken as free."""
    if _opposed(case):
        return Fit(False)
    values: dict[Place, FactValue] = {}
    texts = _by_place(atom for atom in case if isinstance(atom, (Among, Part)) and not _is_set(atom.place))
    for place, atoms in texts.items():
        found = _text(place, atoms)
        if not found.possible:
            return found
        values |= found.values
    for place, atoms in _by_place(atom for atom in case if isinstance(atom, Part) and _is_set(atom.place)).items():
        members = {atom.text for atom in atoms if isinstance(atom, Part) and _wants(atom)}
        if any(isinstance(atom, Part) and not _wants(atom) and atom.text in members for atom in atoms):
            return Fit(False)
        values[place] = frozenset(members)
    solution = _numbers([atom for atom in case if isinstance(atom, Linear)])
    if not solution.possible:
        return solution
    there = [atom.place for atom in case if isinstance(atom, There) and not atom.negated]
    values |= solution.values
    return Fit(True, values, tuple(place for place in there if place not in values))


def _opposed(case: Sequence[Atom]) -> bool:
    """Whether something is said to be and not to be."""
    signs: dict[Hashable, bool] = {}
    for atom in case:
        if isinstance(atom, (Opaque, There)):
            key = ("opaque", atom.what) if isinstance(atom, Opaque) else ("there", atom.place)
            if signs.setdefault(key, atom.negated) is not atom.negated:
                return True
    return False


def _by_place(atoms: Iterable[Among | Part]) -> dict[Place, list[Among | Part]]:
    found: dict[Place, list[Among | Part]] = {}
    for atom in atoms:
        found.setdefault(atom.place, []).append(atom)
    return found


def _is_set(place: Place) -> bool:
    return (place[0].entity, place[0].key) == ("order", "documents")


# Texts.


def _wants(atom: Part) -> bool:
    return (atom.test is not TextTest.LACKS) is not atom.negated


def _holds(atom: Among | Part, value: str | bool) -> bool:
    if isinstance(atom, Among):
        return (value in atom.values) is not atom.negated
    text = str(value)
    met = {
        TextTest.STARTS: text.startswith(atom.text), TextTest.ENDS: text.endswith(atom.text),
        TextTest.CONTAINS: atom.text in text, TextTest.LACKS: atom.text not in text,
    }[atom.test]  # fmt: skip
    return met is not atom.negated


def _text(place: Place, atoms: list[Among | Part]) -> Fit:
    closed = [atom.values for atom in atoms if isinstance(atom, Among) and not atom.negated]
    closed += [VALUES[key] for key in (f"{place[0].entity}.{place[0].key}",) if key in VALUES]
    flags = [atom for atom in atoms if isinstance(atom, Among) and any(isinstance(one, bool) for one in atom.values)]
    closed += [frozenset({True, False})] if flags else []
    candidates = sorted(closed[0], key=str) if closed else list(_made(atoms))
    for value in candidates:
        if all(value in values for values in closed) and all(_holds(atom, value) for atom in atoms):
            return Fit(True, {place: value})
    return Fit(False if closed or _cross(atoms) else None)


def _made(atoms: list[Among | Part]) -> Iterable[str]:
    """Texts with all the parts that are wanted, and some that nobody names."""
    wanted = [atom for atom in atoms if isinstance(atom, Part) and _wants(atom)]
    head = max((one.text for one in wanted if one.test is TextTest.STARTS), key=len, default="")
    tail = max((one.text for one in wanted if one.test is TextTest.ENDS), key=len, default="")
    inner = "".join(one.text for one in wanted if one.test in (TextTest.CONTAINS, TextTest.LACKS))
    yield from (head + inner + fresh + tail for fresh in ("", *_FRESH))
    yield from (head, tail)
    yield from (text for atom in atoms if isinstance(atom, Among) for text in map(str, sorted(atom.values, key=str)))


def _cross(atoms: list[Among | Part]) -> bool:
    """Whether no text at all can have the parts wanted: two beginnings or ends that differ, a part wanted and not."""
    wanted = [atom for atom in atoms if isinstance(atom, Part) and _wants(atom)]
    heads = sorted((one.text for one in wanted if one.test is TextTest.STARTS), key=len)
    tails = sorted((one.text for one in wanted if one.test is TextTest.ENDS), key=len)
    unwanted = [atom for atom in atoms if isinstance(atom, Part) and not _wants(atom)]
    return (
        any(not longer.startswith(shorter) for shorter, longer in pairwise(heads))
        or any(not longer.endswith(shorter) for shorter, longer in pairwise(tails))
        or any(
            one.text in other.text
            for one in unwanted for other in wanted
            if one.test in (TextTest.CONTAINS, TextTest.LACKS)
        )
    )  # fmt: skip


# Numbers.


def is_broken(variable: Hashable) -> bool:
    """Whether a variable needn't be a whole number: facts are, products of them are, what is divided isn't."""
    return not (isinstance(variable, tuple) and variable and isinstance(variable[0], Fact))


def _numbers(atoms: list[Linear]) -> Fit:
    variables = {variable for atom in atoms for variable, _ in atom.factors}
    broken = {variable for variable in variables if is_broken(variable)}
    rows = [one for atom in atoms for one in _rows(atom, broken)]
    for variable in variables - broken:
        assert isinstance(variable, tuple)
        fact: Fact = variable[0]
        low, high = BOUNDS.get(f"{fact.entity}.{fact.key}", (None, None))
        if low is not None:
            rows.append(row({variable: Fraction(-1)}, Fraction(-low), False, broken))
        if high is not None:
            rows.append(row({variable: Fraction(1)}, Fraction(high), False, broken))
    found = solve(rows, broken)
    if not found.possible:
        return Fit(found.possible)
    point: Values = {}
    for variable, value in found.point.items():
        if variable not in broken:
            assert isinstance(variable, tuple)
            point[variable] = int(value)
    return Fit(True, point)


def _rows(atom: Linear, broken: set[Hashable]) -> Iterable[Row]:
    factors = dict(atom.factors)
    yield row(factors, -atom.constant, atom.strict, broken)
    if atom.equal:
        yield row({variable: -factor for variable, factor in factors.items()}, atom.constant, False, broken)
