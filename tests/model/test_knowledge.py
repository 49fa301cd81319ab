from __future__ import annotations

from pratique.model import Level


def test_levels_rise_from_unknown_to_critical() -> None:
    ranked = sorted(Level, key=lambda level: level.rank)
    assert [level.value for level in ranked] == ["unknown", "none", "low", "medium", "high", "critical"]
    assert Level.UNKNOWN.rank == 0
