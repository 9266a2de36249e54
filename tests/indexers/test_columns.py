from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexers.columns import Column


@given(st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=3_000), max_size=8))
def test_it_grows_like_a_list_and_what_was_read_stays(parts: list[list[int]]) -> None:
    column: Column[np.int64] = Column(np.int64)
    whole: list[int] = []
    views: list[tuple[Any, list[int]]] = []
    for part in parts:
        column.extend(np.array(part, dtype=np.int64))
        whole += part
        views.append((column.values, list(whole)))
        assert len(column) == len(whole)
    for view, expected in views:
        assert view.tolist() == expected
