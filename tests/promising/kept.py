"""A process for searches that outlives the desks that use it: starting one takes longer than most searches."""

from promising.replanner import Replanner


class Kept(Replanner):
    """A process that several desks use one after the other."""

    def close(self) -> None:
        pass

    def end(self) -> None:
        super().close()
