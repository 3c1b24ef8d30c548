"""Canonical JSON is the same text whichever library writes it: what old files and digests hold stays true."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.promises import Outcome
from promising import canonical

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.sampled_from(Outcome),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(texts, inner),
)


@given(values)
def test_text_is_that_of_the_standard_library(document: object) -> None:
    """Whole numbers of any size, control characters and Chinese among it."""
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert canonical.to_bytes(document) == written.encode()
    assert canonical.to_text(document) == written


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_written_as_iso_8601_beside_numbers_of_any_size(at: datetime) -> None:
    """Also where a number is too large for the fast way."""
    assert canonical.to_text([at]) == f'["{at.isoformat()}"]'
    assert canonical.to_text([at, 2**64]) == f'["{at.isoformat()}",{2**64}]'


def test_sets_are_sorted() -> None:
    """So that equal sets give equal bytes."""
    assert canonical.to_text({"of": frozenset({"b", "a"})}) == '{"of":["a","b"]}'
    assert canonical.to_text({"of": frozenset({"b", "a"}), "n": 2**70}) == f'{{"of":["a","b"],"n":{2**70}}}'


def test_text_that_is_not_unicode_is_refused() -> None:
    """With the place of it."""
    with pytest.raises(UnicodeEncodeError):
        canonical.to_bytes(["\ud800"])
