import pytest

from finder.stages import stage


def test_a_stage_is_timed_even_where_it_fails() -> None:
    seen: list[tuple[str, float]] = []
    with stage("rank", lambda *told: seen.append(told)):
        pass
    with pytest.raises(KeyError), stage("show", lambda *told: seen.append(told)):
        raise KeyError
    assert [name for name, _ in seen] == ["rank", "show"]
    assert all(seconds >= 0.0 for _, seconds in seen)
