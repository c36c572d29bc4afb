"""The marker's texts, as the IDE compares them."""

from idecare.jetbrains.index import INVALIDATION_MARKER, INVALIDATION_REASON

DIRTY = "Indexes marked as dirty (IDE is expected to be work)"  # removed by a clean close, so it must be another


def test_the_marker_is_the_one_that_survives_a_clean_close() -> None:
    assert (INVALIDATION_MARKER, INVALIDATION_REASON) == ("corruption.marker", "Explicit index invalidation")
    assert INVALIDATION_REASON != DIRTY
