"""Other plans, for any thread: looked for in a process of its own, listed, applied, put aside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from domain.errors import DeskStopped, InvalidInput, NotFound, WrongState
from domain.proposals import Proposal, ProposalKind
from domain.values import replace
from promising.jobs import Act
from promising.proposal_documents import content_from, digest_of
from promising.proposal_requests import Applied, Progress, ProposalAsk, ReplanAsk
from promising.proposing import Proposing
from promising.replanner import Replanner, Task
from promising.standing import Standing

Put = Callable[[Act], Any]
NO_PLAN_BEFORE = "no plan before a disruption is kept that it could come back to"


class Proposals:
    """Part of the desk. Errors are of `domain.errors`."""

    def __init__(self, stands: Standing, follow: Callable[[], None], put: Put) -> None:
        """`follow` commits the holds that have run out; `put` has something done on the writer's thread."""
        self._stands = stands
        self._put = put
        self._proposing = Proposing(stands, follow)
        self.replanner = Replanner(stands.clock.monotonic)

    def replan(
        self, ask: ReplanAsk, tell: Callable[[Progress], None], still: Callable[[], bool]
    ) -> tuple[Proposal, ...]:
        """Look for other plans and keep what is better than the present one; a retry gets the first answer.

        Nothing of the plan is changed. `tell` hears of every step. When `still` says that nobody waits any more, the
        search ends and nothing is kept.

        Raises
        ------
        InvalidInput
            Also without a request id.
        Overloaded
            Another search is going on.
        WrongState
            Only the plan before a disruption is to be come near to, and none is kept.
        RequestIdReused, ReplanFailed, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each search")
        content = digest_of(ask)
        known = self._proposing.known(ask, content)
        if known is not None:
            return known
        if self._stands.halted:
            raise DeskStopped(self._stands.halted)
        plant = self._stands.imported
        if plant is not None and ask.kinds == (ProposalKind.NEAR,) and self._stands.known_before() is None:
            raise WrongState("plan", plant.settings.id, "undisturbed", NO_PLAN_BEFORE)
        drafts, wanted = self.replanner.run(self._task(ask), tell, still)
        if not wanted:
            return ()
        made: tuple[Proposal, ...] = self._put(Act(partial(self._proposing.keep, ask, content, drafts)))
        return made

    def _task(self, ask: ReplanAsk) -> Callable[[], Task]:
        """What is searched, read when its turn has come; the process does not need the caller's ids."""
        return lambda: Task(self._stands.store.snapshot(), ask, self._stands.plant_clock.now_s())

    def all(self) -> list[Proposal]:
        """Those that are kept, oldest first, without their lines."""
        return self._stands.store.proposals()

    def get(self, proposal_id: str) -> Proposal:
        """One with its lines: what it would change, order by order. Raises NotFound."""
        row = self._stands.store.proposal(proposal_id)
        if row is None or row.content is None:
            raise NotFound("proposal", proposal_id)
        return replace(content_from(row.proposal, row.content).proposal)

    def apply(self, ask: ProposalAsk) -> Applied:
        """Make a proposal the plan, merged with what was promised since, and commit; a retry gets the first answer.

        Promises move only where the proposal says so. With `validate_only` nothing is changed, and the answer tells
        what would be.

        Raises
        ------
        InvalidInput, NotFound, WrongState, StaleEtag, RequestIdReused, ProposalOutdated, Overloaded, DeadlineExpired,
        DeskStopped
        """
        return self._decide(self._proposing.apply, ask)

    def discard(self, ask: ProposalAsk) -> Applied:
        """Put a proposal aside. Raises as `apply`."""
        return self._decide(self._proposing.discard, ask)

    def _decide(self, act: Callable[[ProposalAsk, bytes], Applied], ask: ProposalAsk) -> Applied:
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters")
        content = digest_of(ask)
        done: Applied = self._put(Act(partial(act, ask, content), ask.deadline))
        return done
