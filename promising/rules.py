"""The rules of a plant: drafts, versions, what is in force. Every change is a commit with its event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from domain.errors import InvalidInput, NotFound, RequestIdReused, RulesRefused, StaleEtag, WrongState
from domain.promises import EventKind
from domain.rule_versions import NOTE_MAX, RuleState, RuleVersion
from domain.values import asdict, replace
from promising.batch import Batch
from promising.documents import digest
from promising.jobs import Act
from promising.ports import FeedRecord, RequestKey, RuleFiles
from promising.rule_readings import RuleReadings
from promising.rule_requests import (
    Difference,
    PublishRules,
    PutRules,
    RollBackRules,
    RuleAnswer,
    RuleAsk,
)

DRAFTS_MAX = 100
DESK = "serve"
"""Who published what the server was started with."""


class Rules(RuleReadings):
    """Any thread may call; what changes is done by the writer's thread, between batches."""

    # Changes.

    def change(self, ask: RuleAsk) -> RuleAnswer:
        """Put, publish or roll back; returns once it is durable and in force. A retry gets the first answer.

        Raises
        ------
        InvalidInput
            Also for rules with mistakes, each at its file, line and column.
        RulesRefused
            What was found in the version that was to be published, unless that is forced.
        NotFound, StaleEtag, WrongState, RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        content = _digest(ask)
        key = RequestKey(ask.caller, ask.request_id)
        answered = self._answered(key, content)
        if answered is not None:
            return answered
        if isinstance(ask.change, PutRules):
            act = self._putting(ask, ask.change, key, content)
        elif isinstance(ask.change, PublishRules):
            act = self._publishing(ask, ask.change, key, content)
        else:
            act = self._rolling_back(ask, ask.change, key, content)
        answer: RuleAnswer = self._put(Act(act, ask.deadline))
        return answer

    def seed(self, files: Mapping[str, str]) -> RuleVersion:
        """Put files in force that the server was started with, where nobody has published others since.

        They are read before; what is found in them is told in `forced` and keeps them from nothing. Returns the version
        that is in force then.
        """
        known = self.versions()
        force = next((one for one in known if one.number == self.in_force), None)
        if force is not None and (force.published_by != DESK or self.files(force.number) == dict(files)):
            return force
        found = len(self.review(files).against)
        admission = self._ruled.made(RuleFiles(0, files))

        def act() -> RuleVersion:
            now = self._now()
            made = RuleVersion(self._next(known), RuleState.PUBLISHED, DESK, now, self.in_force, published_by=DESK,
                               published_at=now, forced=found)  # fmt: skip
            ended = [] if force is None else [_ended(force, RuleState.REPLACED, DESK, now, "")]
            batch = self._batch(now)
            batch.writing.rule_files = [RuleFiles(made.number, files)]
            self._commit(batch, EventKind.RULES_PUBLISHED, DESK, [*ended, made], "")
            self._ruled.switch(made.number, admission)
            batch.publish()
            return made

        made: RuleVersion = self._put(Act(act))
        return made

    def _putting(self, ask: RuleAsk, change: PutRules, key: RequestKey, content: bytes) -> Callable[[], RuleAnswer]:
        from promising.rule_texts import difference, read_version

        _check_text("note", change.note)
        read_version(change.files, stored=False)

        def act() -> RuleAnswer:
            known = self.versions()
            same = self._same(known, change.files)
            if same is not None and not change.number:
                return RuleAnswer(same, self.difference(same.base, same.number))
            made = self._drafted(ask, change, known)
            told = difference(made.base, self.files(made.base), change.files)
            if not ask.validate_only:
                batch = self._batch(made.drafted_at)
                batch.writing.rule_files = [RuleFiles(made.number, change.files)]
                self._remember(batch, key, content, made)
                self._commit(batch, EventKind.RULES_DRAFTED, ask.caller, [made], change.note, told)
                batch.publish()
            return RuleAnswer(made, told)

        return act

    def _same(self, known: list[RuleVersion], files: Mapping[str, str]) -> RuleVersion | None:
        """The version in force, or a draft upon it, that has these very files."""
        standing = [one for one in known if one.number == self.in_force or (_open(one) and one.base == self.in_force)]
        return next((one for one in standing if self.files(one.number) == dict(files)), None)

    def _drafted(self, ask: RuleAsk, change: PutRules, known: list[RuleVersion]) -> RuleVersion:
        now = self._now()
        if not change.number:
            if sum(map(_open, known)) >= DRAFTS_MAX:
                raise WrongState("rules", "drafts", "full", f"{DRAFTS_MAX} drafts are open: put one of them again")
            return RuleVersion(self._next(known), RuleState.DRAFT, ask.caller, now, self.in_force, note=change.note)
        standing = self._draft(known, change.number, change.etag)
        return replace(
            standing, author=ask.caller, drafted_at=now, base=self.in_force, revision=standing.revision + 1,
            note=change.note,
        )  # fmt: skip

    def _publishing(
        self, ask: RuleAsk, change: PublishRules, key: RequestKey, content: bytes
    ) -> Callable[[], RuleAnswer]:
        _check_text("reason", change.reason, needed=change.force)
        draft = self._draft(self.versions(), change.number, change.etag)
        files = self.files(draft.number)
        review = self.review(files)
        told = self.difference(draft.base, draft.number)
        if review.against and not change.force:
            raise RulesRefused(review.against)
        admission = self._ruled.made(RuleFiles(draft.number, files))

        def act() -> RuleAnswer:
            known = self.versions()
            standing = self._draft(known, change.number, draft.etag)
            if standing.base != self.in_force:
                problem = f"it was drafted upon version {standing.base}, and {self.in_force} is in force: put it again"
                raise WrongState("rules", str(standing.number), "behind", problem)
            now = self._now()
            made = replace(
                standing, state=RuleState.PUBLISHED, revision=standing.revision + 1, published_by=ask.caller,
                published_at=now, reason=change.reason, forced=len(review.against),
            )  # fmt: skip
            if not ask.validate_only:
                ended = [_ended(one, RuleState.REPLACED, ask.caller, now, change.reason)
                         for one in known if one.number == self.in_force]  # fmt: skip
                batch = self._batch(now)
                self._remember(batch, key, content, made)
                self._commit(batch, EventKind.RULES_PUBLISHED, ask.caller, [*ended, made], change.reason, told)
                self._ruled.switch(made.number, admission)
                batch.publish()
            return RuleAnswer(made, told, review)

        return act

    def _rolling_back(
        self, ask: RuleAsk, change: RollBackRules, key: RequestKey, content: bytes
    ) -> Callable[[], RuleAnswer]:
        _check_text("reason", change.reason, needed=True)
        force = self.version(0)
        target = self.version(change.number or force.base or force.number)
        if target.number == force.number or target.state not in (RuleState.REPLACED, RuleState.ROLLED_BACK):
            raise WrongState("rules", str(target.number), target.state, "only what was in force before can be again")
        admission = self._ruled.made(RuleFiles(target.number, self.files(target.number)))
        told = self.difference(force.number, target.number)

        def act() -> RuleAnswer:
            if self.in_force != force.number:
                raise WrongState("rules", str(self.in_force), "in force", "it was published meanwhile: look again")
            now = self._now()
            made = replace(
                target, state=RuleState.PUBLISHED, revision=target.revision + 1, published_by=ask.caller,
                published_at=now, reason=change.reason, ended_by="", ended_at=None, ended_reason="",
            )  # fmt: skip
            if not ask.validate_only:
                batch = self._batch(now)
                self._remember(batch, key, content, made)
                gone = _ended(force, RuleState.ROLLED_BACK, ask.caller, now, change.reason)
                self._commit(batch, EventKind.RULES_ROLLED_BACK, ask.caller, [gone, made], change.reason, told)
                self._ruled.switch(made.number, admission)
                batch.publish()
            return RuleAnswer(made, told)

        return act

    # Inside.

    def _draft(self, known: list[RuleVersion], number: int, etag: str) -> RuleVersion:
        """The draft that is meant. Raises NotFound, StaleEtag, WrongState."""
        standing = next((one for one in known if one.number == number), None)
        if standing is None:
            raise NotFound("version of the rules", str(number))
        if etag and etag != standing.etag:
            raise StaleEtag(str(number), etag, standing.etag, "version of the rules")
        if not _open(standing):
            raise WrongState("rules", str(number), standing.state, "only a draft can be put again or published")
        return standing

    def _next(self, known: list[RuleVersion]) -> int:
        return 1 + max((one.number for one in known), default=0)

    def _batch(self, now: datetime) -> Batch:
        return Batch(self._stands.book, now, int(self._stands.clock.unix()))

    def _commit(
        self, batch: Batch, kind: EventKind, actor: str, versions: list[RuleVersion], reason: str,
        told: Difference | None = None,
    ) -> None:  # fmt: skip
        """Write versions, of which the last is the one that it is about, with the event."""
        detail = f"version {versions[-1].number}"
        if told is not None:
            detail += f" ({told.in_short})"
        batch.note(kind, actor, reason=reason, detail=detail)
        batch.writing.rule_versions = versions
        self._store.commit(batch.writing)

    # Retries.

    def _answered(self, key: RequestKey, content: bytes) -> RuleAnswer | None:
        known = self._store.feed(key)
        if known is not None and known.digest == content:
            version = self.version(int(known.changes[0]))
            return RuleAnswer(version, self.difference(version.base, version.number))
        if known is not None or self._stands.book.requests([key]):
            raise RequestIdReused(key.request_id)
        return None

    def _remember(self, batch: Batch, key: RequestKey, content: bytes, made: RuleVersion) -> None:
        batch.writing.feeds = [FeedRecord(key, content, (str(made.number),), batch.writing.written_s)]


def _open(version: RuleVersion) -> bool:
    return version.state is RuleState.DRAFT


def _ended(version: RuleVersion, state: RuleState, actor: str, now: datetime, reason: str) -> RuleVersion:
    return replace(
        version, state=state, revision=version.revision + 1, ended_by=actor, ended_at=now, ended_reason=reason
    )


def _check_text(field: str, text: str, *, needed: bool = False) -> None:
    if needed and not text.strip():
        raise InvalidInput.one(field, "is missing", f"why, 1 to {NOTE_MAX} characters")
    if len(text) > NOTE_MAX or "\x00" in text:
        raise InvalidInput.one(field, f"{len(text)} characters", f"at most {NOTE_MAX}, none of them zero")


def _digest(ask: RuleAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    if not ask.request_id:
        raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each change")
    try:
        return digest("rules", type(ask.change).__name__, asdict(ask.change))
    except UnicodeEncodeError as error:
        raise InvalidInput.one("files", "holds text that isn't Unicode", "Unicode text") from error
