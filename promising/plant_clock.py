"""The plant's own time."""

from __future__ import annotations

from domain.checks import from_unix
from domain.errors import DeskStopped, InvalidInput, WrongState
from domain.plant import ClockMode
from domain.values import replace
from promising.ports import Clock, ClockState

UNSET = "the plant's clock is manual and was never set"


class PlantClock:
    """Derives the plant's time from the stored state and the machine's clock; it never runs back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.state = ClockState()
        self._floor_s = 0

    def load(self, state: ClockState, floor_s: int) -> None:
        """Take the stored state; `floor_s` is the latest time that anything was decided at."""
        self.state, self._floor_s = state, floor_s

    @property
    def ready(self) -> bool:
        """False while a manual clock was never set."""
        return self.state.mode is not ClockMode.MANUAL or self.state.manual_s is not None

    @property
    def floor_s(self) -> int:
        """The latest time that was told."""
        return self._floor_s

    def now_s(self) -> int:
        """Unix seconds of the plant. Raises DeskStopped while a manual clock was never set."""
        self._floor_s = self.now_s_of(self.state)
        return self._floor_s

    def now_s_of(self, state: ClockState) -> int:
        """Now by another state. A machine's clock that was put back makes the plant's stand still."""
        if state.mode is not ClockMode.MANUAL:
            offset = state.offset_s if state.mode is ClockMode.OFFSET else 0
            return max(self._floor_s, int(self._clock.unix()) + offset)
        if state.manual_s is None:
            raise DeskStopped(UNSET)
        return max(self._floor_s, state.manual_s)

    def setting(self, time_s: int, mode: ClockMode | None, *, free: bool) -> ClockState:
        """The state that makes it `time_s` now; `free` lets it go back. Raises WrongState, InvalidInput."""
        mode = mode or self.state.mode
        if mode is ClockMode.SYSTEM:
            raise WrongState("clock", "plant", "system", "it follows the machine's clock; set it manual or offset")
        if self.ready and not free and time_s < self.now_s():
            now = from_unix(self.now_s()).isoformat()
            raise InvalidInput.one("time", f"{from_unix(time_s).isoformat()} is in the past", f"{now} or later")
        if mode is ClockMode.MANUAL:
            return replace(self.state, mode=mode, manual_s=time_s)
        return replace(self.state, mode=mode, offset_s=time_s - int(self._clock.unix()))

    def adopt(self, state: ClockState, *, free: bool) -> None:
        """Run by a state that is committed now."""
        self.state = state
        if free:
            self._floor_s = 0
