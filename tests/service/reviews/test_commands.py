"""What people tell Faultline at a pull request, and what comes of it for the rules."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.database import SYSTEM, Tenant
from faultline.service.audit.tables import AuditEntry
from faultline.service.auth.principal import Origin, Principal, Role, Scope
from faultline.service.parts import Parts
from faultline.service.reviews.feedback import Feedback, is_rejected
from faultline.service.tiers import Tier
from tests.service.reviews.conftest import Pulls, Running

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
BASE = "x = 1\n" * 5
HERE = Origin("", "", "")


@ON_SQLITE
async def test_somebody_who_may_write_ignores_a_rule_and_it_stays_silent_there(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\ntwo()  # FLAW two\n"})
        await pulls.done()
        assert await pulls.command("ignore", "one")
        await pulls.done()
        assert await pulls.ledger() == {"one": "ignored", "two": "open"}
        # Also what is pushed later is not told.
        await pulls.push({"a.py": BASE + "one()  # FLAW one\nother()  # FLAW one\ntwo()  # FLAW two\n"})
        assert await pulls.done() == ["completed"] * 3
    assert pulls.comments == ["one", "two"]
    rows = await pulls.rules()
    assert (rows["one"].shown, rows["one"].ignored, rows["two"].ignored) == (1, 1, 0)


@ON_SQLITE
async def test_somebody_who_may_not_write_ignores_nothing(pulls: Pulls, running: Running) -> None:
    pulls.at.permissions["eve"] = "read"
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        await pulls.done()
        for who in ("eve", "nobody"):
            assert await pulls.command("ignore", "one", by=who)
            await pulls.done()
    assert await pulls.ledger() == {"one": "open"}


@ON_SQLITE
async def test_an_answer_in_a_thread_ignores_that_finding_alone(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\ntwo()  # FLAW two\n"})
        await pulls.done()
        thread = next(each["id"] for each in pulls.pull.comments if "ignore two`" in each["body"])
        assert await pulls.command("ignore", thread=thread)
        await pulls.done()
    assert await pulls.ledger() == {"one": "open", "two": "ignored"}


@ON_SQLITE
async def test_a_command_is_not_lost_with_the_review_that_it_came_with(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\ntwo()  # FLAW two\n"})
        await pulls.done()
    await pulls.command("ignore", "one")
    await pulls.command("ignore", "two")
    await pulls.push({"a.py": BASE + "# more\none()  # FLAW one\ntwo()  # FLAW two\n"})
    async with running(pulls.parts):
        assert await pulls.done() == ["completed", "superseded", "superseded", "completed"]
    assert await pulls.ledger() == {"one": "ignored", "two": "ignored"}


@ON_SQLITE
async def test_a_command_reviews_a_head_that_was_reviewed_before_and_says_nothing_twice(
    pulls: Pulls, running: Running
) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        await pulls.done()
        assert await pulls.command("review")
        assert not await pulls.command("help")
        assert not await pulls.command("ignore")
        assert await pulls.done() == ["completed", "completed"]
    first, second = await pulls.reviews()
    assert first.head_sha == second.head_sha
    assert second.stats["cached"]
    assert pulls.duplicates == 0


@ON_SQLITE
async def test_a_stranger_who_asks_gets_no_review_and_takes_none_away(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        await pulls.done()
        assert await pulls.command("review", by="eve")
        assert await pulls.done() == ["completed", "cancelled"]
    await pulls.push({"a.py": BASE + "two()  # FLAW two\n"})
    await pulls.command("review", by="eve")
    async with running(pulls.parts):
        assert await pulls.done() == ["completed", "cancelled", "superseded", "completed"]
    assert [review.error_code for review in await pulls.reviews()][1] == "not-permitted"


def test_a_rule_is_rejected_from_three_of_five_on() -> None:
    assert not is_rejected(4, 4)
    assert not is_rejected(5, 2)
    assert is_rejected(5, 3)
    assert not is_rejected(10, 5)
    assert is_rejected(10, 6)


@given(shown=st.integers(0, 1000), rejected=st.integers(0, 1000))
def test_more_rejections_never_make_a_rule_speak(shown: int, rejected: int) -> None:
    assert is_rejected(shown, rejected) <= is_rejected(shown, rejected + 1)


def _who(pulls: Pulls) -> Principal:
    return Principal(pulls.owner.tenant_id, Tier.ENTERPRISE, frozenset(Scope), None, pulls.owner.id, Role.OWNER)


async def _count(parts: Parts, pulls: Pulls, **by: int) -> None:
    row = await pulls.repository()
    async with parts.database.unit(Tenant(row.tenant_id)) as unit:
        changes = Counter({("one", name): value for name, value in by.items()})
        await Feedback(unit, parts, row.id).count(changes, row.tenant_id)


async def test_a_rule_that_a_repository_rejects_falls_silent_until_somebody_says_otherwise(
    pulls: Pulls, running: Running
) -> None:
    parts = pulls.parts
    flaws = "".join(f"f{n}()  # FLAW one\n" for n in range(5))
    async with running(parts):
        await pulls.push({"a.py": BASE + flaws})
        await pulls.done()
        await pulls.command("ignore", "one")
        await pulls.done()
        rule = (await pulls.rules())["one"]
        assert (rule.shown, rule.ignored, rule.muted, rule.muted_by) == (5, 5, True, "auto")
        # At another pull request of the repository it says nothing.
        pulls.at.git.commit("other", {"b.py": "g()  # FLAW one\nh()  # FLAW two\n"}, onto="main")
        pulls.at.open("other")
        await pulls.hear(pulls.pushed(number=2, head_sha=pulls.at.git.resolve("other")))
        await pulls.done()
    assert [each["body"].count("ignore two`") for each in pulls.at.pulls[2].comments] == [1]
    row = await pulls.repository()
    async with parts.database.unit(Tenant(row.tenant_id)) as unit:
        await Feedback(unit, parts, row.id).mute("one", False, by=_who(pulls), origin=HERE)
    await _count(parts, pulls, ignored=1)
    rule = (await pulls.rules())["one"]
    assert (rule.muted, rule.muted_by) == (False, "person")
    async with parts.database.unit(SYSTEM, write=False) as unit:
        from sqlalchemy import select

        entries = (await unit.session.execute(select(AuditEntry.action, AuditEntry.actor))).all()
    assert [tuple(each) for each in entries] == [
        ("rule.muted", "service"),
        ("finding.ignored", "service"),
        ("rule.unmuted", f"user:{pulls.owner.id}"),
    ]


@ON_SQLITE
async def test_a_rule_that_fell_silent_by_itself_speaks_again_when_people_change_their_mind(
    pulls: Pulls, running: Running
) -> None:
    await pulls.push({"a.py": BASE})
    await _count(pulls.parts, pulls, shown=6, false_positive=4)
    assert (await pulls.rules())["one"].muted
    await _count(pulls.parts, pulls, false_positive=-2, accepted=2)
    rule = (await pulls.rules())["one"]
    assert (rule.muted, rule.muted_by) == (False, None)


@ON_SQLITE
async def test_comments_say_how_often_their_rule_was_right_here(pulls: Pulls, running: Running) -> None:
    await pulls.push({"a.py": BASE})
    await _count(pulls.parts, pulls, shown=4, accepted=3, ignored=1)
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        await pulls.done()
    assert "here 3 of 4 such findings were fixed" in pulls.pull.comments[0]["body"]
