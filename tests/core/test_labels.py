"""Labels: their order, and how a sentence writes them."""

import pytest

from salesplan_xl.core.labels import label_key, label_text


def test_labels_of_digits_come_by_size_and_first() -> None:
    assert sorted(["b", "10", 9.5, "a", "9", "-1"], key=label_key) == ["9", 9.5, "10", "-1", "a", "b"]


@pytest.mark.parametrize(("label", "text"), [(4711.0, "4711"), (0.5, "0.5"), (7, "7"), ("7.0", "7.0"), (1e15, "1e+15")])
def test_a_label_is_written_as_a_cell_shows_it(label: object, text: str) -> None:
    assert label_text(label) == text
