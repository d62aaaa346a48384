"""Principals: kept for five seconds, forgotten at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from faultline.service.auth.principal import Principal, Role
from faultline.service.auth.principals import Principals
from faultline.service.tiers import Tier

NOW = datetime(2026, 5, 17, 12, 0, tzinfo=UTC)


def user(number: int, tenant: int = 1) -> Principal:
    return Principal(UUID(int=tenant), Tier.FREE, Role.MEMBER.scopes, None, UUID(int=number), Role.MEMBER)


def kept(principals: Principals, credential: str, who: Principal, expires_at: datetime | None = None) -> None:
    principals.keep(credential, who, NOW, expires_at, generation=principals.generation)


def test_a_principal_is_kept_for_five_seconds() -> None:
    principals = Principals()
    kept(principals, "a", user(1))
    assert principals.find("a", NOW + timedelta(seconds=4.9)) == user(1)
    assert principals.find("b", NOW) is None
    assert principals.find("a", NOW + timedelta(seconds=5)) is None


def test_a_clock_that_was_set_back_lengthens_nothing() -> None:
    principals = Principals()
    kept(principals, "a", user(1))
    assert principals.find("a", NOW - timedelta(seconds=1)) is None


def test_nobody_is_kept_beyond_their_credentials_end() -> None:
    principals = Principals()
    kept(principals, "a", user(1), NOW + timedelta(seconds=2))
    assert principals.find("a", NOW + timedelta(seconds=1)) == user(1)
    assert principals.find("a", NOW + timedelta(seconds=2)) is None


def test_a_look_up_that_was_under_way_while_rights_were_taken_is_not_kept() -> None:
    principals = Principals()
    before = principals.generation
    principals.forget_user(UUID(int=1))
    principals.keep("a", user(1), NOW, None, generation=before)
    assert principals.find("a", NOW) is None


def test_only_those_concerned_are_forgotten() -> None:
    principals = Principals()
    kept(principals, "a", user(1))
    kept(principals, "b", user(2, tenant=2))
    principals.forget_user(UUID(int=2))
    assert principals.find("a", NOW) == user(1)
    assert principals.find("b", NOW) is None


def test_there_is_room_for_so_many_and_the_oldest_go() -> None:
    principals = Principals(size=3)
    for number in range(5):
        kept(principals, str(number), user(number))
        assert principals.first_refusal(UUID(int=number), NOW)
    assert [principals.find(str(number), NOW) is None for number in range(5)] == [True, True, False, False, False]
    assert [principals.first_refusal(UUID(int=number), NOW) for number in (4, 0)] == [False, True]


def test_a_credential_is_not_kept_as_it_came() -> None:
    principals = Principals()
    kept(principals, "the secret", user(1))
    assert b"the secret" not in b"".join(principals._kept)
