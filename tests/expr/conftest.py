"""Properties are not timed: the machine that runs the tests has other things to do."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
