"""Topics: what is found, what keeps its id, what is told, and what never leaves."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.conversation.topics import (
    DamagedTopics,
    Item,
    Placement,
    TopicMap,
    cells,
    discover,
    discover_map,
    growth,
    lineage,
    names,
    packing,
)
from faultline.core.results.conversation import Quote

DIMS = 48
START = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECTS = {
    0: "my card has not arrived, where is its delivery?",
    1: "the refund for my order is missing",
    2: "I cannot log in with my password",
    3: "the app crashes when I open the camera",
}


def vector(subject: int, number: int, spread: float = 0.5) -> np.ndarray:
    """A unit vector near the axis of its subject."""
    random = np.random.default_rng([subject, number])
    away = random.normal(size=DIMS)
    away /= np.linalg.norm(away)
    found = spread * away
    found[subject] += 1.0
    return np.asarray(found / np.linalg.norm(found), dtype=np.float32)


def item(subject: int, number: int, *, day: float | None = None, text: str | None = None, **more: object) -> Item:
    said = text if text is not None else f"{SUBJECTS.get(subject, 'something else')} ({'abcdefghij'[number % 10]})"
    time = None if day is None else START + timedelta(days=day)
    quote = Quote(message=1, start=0, end=len(said), text=said)
    return Item(f"{subject}-{number}", vector(subject, number), quote, time, **more)  # type: ignore[arg-type]


def mixed(count: int, subjects: int = 3, first: int = 0) -> list[Item]:
    return [item(number % subjects, number, day=number / 20) for number in range(first, first + count)]


def topic_by_subject(map_: TopicMap, items: list[Item]) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for placed in map_.place(items):
        found.setdefault(placed.id.partition("-")[0], set()).add(placed.topic)
    return found


def test_each_subject_is_one_topic_and_named_by_its_own_words() -> None:
    topics = discover(mixed(90))
    assert sorted(topic.size for topic in topics) == [30, 30, 30]
    said = {topic.name for topic in topics}
    assert any("card" in name and "arrived" in name for name in said), said
    assert any("refund" in name for name in said), said
    assert any("log" in name or "password" in name for name in said), said
    assert all(len(name.split()) <= 4 for name in said)


def test_examples_are_of_different_people_and_in_different_words() -> None:
    items = [item(0, number, author=f"person {number % 6}", text=f"where is card {number % 9}") for number in range(60)]
    items += [item(1, number) for number in range(60)]
    for topic in discover(items):
        assert 0 < len(topic.examples) <= 3
        assert len({one.quote.text for one in topic.examples}) == len(topic.examples)


def test_of_nothing_there_are_no_topics() -> None:
    map_ = TopicMap()
    map_.settle()
    assert map_.add(()) == map_.topics() == map_.emerging() == discover(()) == ()
    assert map_.topic_of(0) is None
    assert map_.place([item(0, 1)]) == (Placement("0-1", None, None, 0.0),)
    assert TopicMap.from_bytes(map_.to_bytes()).seen == 0


def test_noise_stays_outside() -> None:
    noise = [item(10 + number, number) for number in range(30)]
    map_ = discover_map([*mixed(60, 2), *noise])
    assert [topic.size for topic in map_.topics()] == [30, 30]
    assert map_.seen == 90


def test_a_topic_keeps_its_id_as_more_of_it_comes() -> None:
    map_ = TopicMap()
    map_.add(mixed(120))
    before = {topic.id for topic in map_.topics()}
    map_.add(mixed(900, first=120))
    map_.settle()
    assert {topic.id for topic in map_.topics()} == before
    assert len(before) == 3


def test_whoever_came_before_the_topic_is_found_by_its_cell() -> None:
    map_ = TopicMap()
    early = map_.add(mixed(30))
    assert {placed.topic for placed in early} == {None}
    map_.add(mixed(100, first=30))
    map_.settle()
    found = Counter(map_.topic_of(placed.cell) for placed in early if placed.cell is not None)
    assert sorted(found.values()) == [10, 10, 10]
    for topic, count in found.items():
        assert topic is not None
        assert sum(placed.cell in map_.cells_of(topic) for placed in early) == count


def test_a_group_below_the_minimum_leaves_nothing() -> None:
    many = [item(0, number) for number in range(30)]
    few = [item(1, number, text=f"the affair of Miss Marple {number}") for number in range(4)]
    map_ = TopicMap()
    placed = [*map_.add(many), *map_.add(few)]
    map_.settle()
    assert [topic.size for topic in map_.topics()] == [30]
    assert {map_.topic_of(one.cell) for one in placed[30:] if one.cell is not None} == {None}
    assert {one.topic for one in map_.place(few)} == {None}
    assert "Marple" not in repr(map_.topics())


def test_one_person_is_no_group_however_much_they_write() -> None:
    loud = [item(1, number, author="the same", text=f"my secret number {number}") for number in range(50)]
    map_ = TopicMap()
    map_.add([*loud, *(item(0, number) for number in range(30))])
    map_.settle()
    assert [topic.size for topic in map_.topics()] == [30]
    assert map_.cells_of("no such topic") == ()


def test_personal_data_is_gone_before_a_sentence_is_kept() -> None:
    items = [item(0, number, text=f"write to jane.doe{number}@example.org about my card") for number in range(20)]
    map_ = discover_map([*items, *(item(1, number) for number in range(20))])
    assert b"jane.doe" not in packing.zstandard.ZstdDecompressor().decompress(map_.to_bytes()[9:])
    assert "example.org" not in repr(map_.topics())
    assert "[email]" in repr(map_.topics())


def test_a_word_of_one_person_names_nothing() -> None:
    items = [item(0, number, text="the card of Zebedee is lost", author="zebedee") for number in range(20)]
    items += [item(0, 100 + number, text="my card is lost") for number in range(20)]
    (topic,) = discover([*items, *(item(1, number) for number in range(10))], 15)
    assert "zebedee" not in topic.name
    assert "card" in topic.name


def test_a_restart_in_mid_stream_changes_nothing() -> None:
    straight, restarted = TopicMap(), TopicMap()
    for start in range(0, 1200, 150):
        batch = mixed(150, 4, first=start)
        there = straight.add(batch)
        restarted = TopicMap.from_bytes(restarted.to_bytes())
        assert restarted.add(batch) == there
        assert restarted.emerging() == straight.emerging()
    assert restarted.topics() == straight.topics()
    assert restarted.to_bytes() == straight.to_bytes()


def blend(first: float, second: float, number: int, name: str) -> Item:
    """Something between subject 0 and subject 1."""
    middle = vector(5, number, 0.35) - np.eye(DIMS, dtype=np.float32)[5] * 0.9
    middle[0] += first
    middle[1] += second
    return Item(f"{name}-{number}", middle, item(0, number).quote)


def test_two_topics_that_have_become_one_keep_the_older_id() -> None:
    map_ = TopicMap()
    others = [item(2 + number % 2, number) for number in range(80)]
    map_.add([*others, *(blend(1.0, 0.2, number, "a") for number in range(40))])
    map_.settle()
    before = {topic.id for topic in map_.topics()}
    (old,) = {placed.topic for placed in map_.place([blend(1.0, 0.2, 900, "a")])}
    map_.add([blend(0.2, 1.0, number, "b") for number in range(40)])
    map_.settle()
    (new,) = {placed.topic for placed in map_.place([blend(0.2, 1.0, 900, "b")])}
    assert old is not None
    assert new is not None
    assert new not in before
    map_.add([blend(0.7, 0.7, number, "m") for number in range(600)])
    map_.settle()
    assert {topic.id for topic in map_.topics()} == before
    assert map_.current(new) == map_.current(old) == old
    assert map_.cells_of(new) == map_.cells_of(old) != ()


def test_of_one_topic_that_becomes_two_the_larger_part_keeps_the_id() -> None:
    map_ = TopicMap()
    others = [item(2 + number % 2, number) for number in range(80)]
    map_.add([*others, *(blend(0.7, 0.7, number, "m") for number in range(20))])
    map_.settle()
    before = {topic.id for topic in map_.topics()}
    assert len(before) == 3
    for start in range(0, 400, 50):
        map_.add([blend(1.0, 0.1, number, "a") for number in range(start, start + 50)])
        map_.add([blend(0.1, 1.0, number, "b") for number in range(start, start + 25)])
    map_.settle()
    (larger,) = {placed.topic for placed in map_.place([blend(1.0, 0.1, 900, "a")])}
    (smaller,) = {placed.topic for placed in map_.place([blend(0.1, 1.0, 900, "b")])}
    assert larger in before
    assert smaller not in before
    assert before < {topic.id for topic in map_.topics()}


def test_a_new_topic_is_told_once() -> None:
    map_ = TopicMap()
    map_.add([item(number % 3, number, day=number / 20) for number in range(600)])
    assert map_.emerging() == ()
    map_.add([item(3, number, day=30 + number / 20) for number in range(40)])
    map_.settle()
    (wave,) = map_.emerging()
    assert "app" in wave.topic.name or "crashes" in wave.topic.name
    assert wave.factor is None
    assert wave.chance < 1e-3
    assert (wave.recent, wave.topic.size) == (40, 40)
    assert map_.emerging() == ()
    map_.add([item(3, number, day=32 + number / 20) for number in range(40, 80)])
    assert map_.emerging() == ()
    assert TopicMap.from_bytes(map_.to_bytes()).emerging() == ()


def test_a_second_wave_is_told_after_the_first_was_over() -> None:
    map_ = TopicMap()

    def week(number: int, of_two: int) -> list[Item]:
        first = number * 1000
        return [item(0, first + n, day=7 * number + n / 30) for n in range(200)] + [
            item(2, 500 + first + n, day=7 * number + n / 30) for n in range(of_two)
        ]

    told = []
    for number, of_two in enumerate([20, 20, 120, 20, 20, 20, 160, 160]):
        map_.add(week(number, of_two))
        map_.settle()
        told.append(len(map_.emerging()))
    assert told == [0, 0, 1, 0, 0, 0, 1, 0]


def test_steady_topics_raise_no_alarm() -> None:
    map_ = TopicMap()
    random = np.random.default_rng(4)
    told = 0
    for day in range(60):
        map_.add([item(int(random.integers(4)), 100 * day + n, day=day + n / 100) for n in range(30)])
        told += len(map_.emerging())
    assert told == 0


def test_growth_compares_the_newer_half_with_everything() -> None:
    even = [item(0, number, day=number) for number in range(40)]
    late = [item(1, number, day=20 + number / 2) for number in range(40)]
    growing = {topic.name.split()[0]: topic.growth for topic in discover([*even, *late])}
    assert max(growing.values()) > 0.2
    assert min(growing.values()) < -0.2


def test_without_times_nothing_grows_and_nothing_is_told() -> None:
    map_ = discover_map([item(number % 2, number) for number in range(200)])
    assert {topic.growth for topic in map_.topics()} == {0.0}
    assert map_.emerging() == ()


def test_a_wrong_clock_does_not_end_all_that_is_recent() -> None:
    now = START + timedelta(days=30)
    map_ = TopicMap()
    map_.add([item(number % 2, number, day=number / 20) for number in range(600)], now=now)
    map_.add([item(0, 9999, day=365_000)], now=now)
    map_.add([item(3, number, day=29) for number in range(40)], now=now)
    map_.settle()
    assert len(map_.emerging()) == 1


def test_times_out_of_order_are_counted_where_they_belong() -> None:
    days = [400, 3, 401, 250, 399.5, 12] * 20
    map_ = TopicMap()
    map_.add([item(number % 3, number, day=day) for number, day in enumerate(days)])
    map_.settle()
    assert [topic.size for topic in map_.topics()] == [40, 40, 40]


def test_mood_is_the_mean_of_the_conversations() -> None:
    (topic,) = discover([item(0, number, mood=-0.5 if number % 2 else 0.1) for number in range(20)])
    assert topic.mood == pytest.approx(-0.2)


def stranger(number: int) -> Item:
    """Something that nobody else writes about."""
    return Item(f"n-{number}", np.random.default_rng([99, number]).normal(size=DIMS), item(0, number).quote)


def test_state_is_bounded_however_many_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "CAPACITY", 400)
    map_ = TopicMap()
    placed: list[Placement] = []
    for start in range(0, 3000, 300):
        several = [item(number % 3, number) for number in range(start, start + 150)]
        spread = [Item(f"w-{n}", vector(3, n, 1.1), item(3, n).quote) for n in range(start, start + 50)]
        placed += map_.add([*several, *spread, *(stranger(number) for number in range(start, start + 100))])
    map_.settle()
    inside = map_._cells
    assert inside is not None
    assert inside.size <= 400
    assert map_._state.forgotten > 100
    assert len(map_.to_bytes()) < 600_000
    subjects = topic_by_subject(map_, mixed(30, first=90_000))
    assert all(len(found) == 1 for found in subjects.values())
    # Cells that were poured into another still lead to their topic.
    for prefix in ("0-", "w-"):
        own = [one for one in placed if one.id.startswith(prefix) and one.cell is not None]
        found = Counter(map_.topic_of(one.cell) for one in own if one.cell is not None)
        assert found.most_common(1)[0][1] > 0.8 * len(own), found


def test_a_wave_that_was_told_is_not_told_again_by_the_topic_it_becomes_part_of() -> None:
    state = packing.State(minimum_group=5, period=1.0, ids={0: "a", 1: "b", 2: "c"}, waves=[1, 2])
    lineage._absorb(state, 0, [1, 2])
    assert state.waves == [0]
    assert state.ids == {0: "a"}
    assert state.moved_topics == {"b": "a", "c": "a"}


def test_what_leads_elsewhere_leads_there_in_one_step_and_is_bounded() -> None:
    moved = {"a": "b"}
    packing.remember(moved, {"b": "c"})
    assert moved == {"a": "c", "b": "c"}
    packing.remember(moved, {str(number): "d" for number in range(packing.REMEMBERED)})
    assert len(moved) == packing.REMEMBERED
    assert "a" not in moved


def test_a_deleted_conversation_is_quoted_no_more() -> None:
    map_ = discover_map(mixed(60))
    shown = {one.conversation for topic in map_.topics() for one in topic.examples}
    assert shown <= map_.quoted()
    map_.forget(shown)
    assert not shown & map_.quoted()
    assert not shown & {one.conversation for topic in map_.topics() for one in topic.examples}
    empty = TopicMap()
    empty.forget(shown)
    assert empty.quoted() == frozenset()


@pytest.mark.parametrize("wrong", [np.ones(3), np.full(DIMS, np.nan), np.ones((2, DIMS)), np.zeros(0)])
def test_vectors_that_are_none_are_refused(wrong: np.ndarray) -> None:
    map_ = TopicMap()
    map_.add([item(0, 1)])
    with pytest.raises(ValueError, match="vector"):
        map_.add([Item("x", wrong, item(0, 1).quote)])


def test_a_zero_vector_belongs_nowhere() -> None:
    map_ = TopicMap()
    map_.add(mixed(90))
    map_.settle()
    (placed,) = map_.add([Item("x", np.zeros(DIMS, dtype=np.float32), item(0, 1).quote)])
    assert placed.topic is None


@pytest.mark.parametrize("arguments", [{"minimum_group": 1}, {"minimum_group": 101}, {"period": 0.0}])
def test_limits_that_make_no_sense_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"minimum_group|period"):
        TopicMap(**arguments)  # type: ignore[arg-type]


def test_a_map_of_identical_sentences_is_one_topic() -> None:
    same = [Item(f"c{number}", vector(0, 0), item(0, 0).quote) for number in range(50)]
    (topic,) = discover(same)
    assert topic.size == 50


@settings(deadline=None)
@given(st.data())
def test_damaged_bytes_are_refused_or_harmless(data: st.DataObject) -> None:
    raw = bytearray(_SMALL)
    if data.draw(st.booleans()):
        raw = raw[: data.draw(st.integers(0, len(raw) - 1))]
    else:
        where = data.draw(st.integers(0, len(raw) - 1))
        raw[where] ^= data.draw(st.integers(1, 255))
    try:
        map_ = TopicMap.from_bytes(bytes(raw))
    except DamagedTopics:
        return
    map_.topics()
    map_.add(mixed(3, first=500))


@pytest.mark.parametrize("field", ["counts", "serials", "labels", "sums"])
def test_arrays_that_no_map_has_are_refused(field: str) -> None:
    map_ = TopicMap()
    map_.add(mixed(90))
    map_.settle()
    inside = map_._cells
    assert inside is not None
    getattr(inside, field)[:2] = {"counts": -1, "serials": 1, "labels": 77, "sums": math.nan}[field]
    with pytest.raises(DamagedTopics):
        TopicMap.from_bytes(map_.to_bytes())


def test_bytes_that_would_unpack_to_too_much_are_refused() -> None:
    bomb = b"FLTOPICS\x01" + packing.zstandard.ZstdCompressor().compress(bytes(packing.MAX_BYTES + 1))
    for raw in (bomb, b"", b"pickle", b"FLTOPICS\x02" + _SMALL[9:]):
        with pytest.raises(DamagedTopics):
            TopicMap.from_bytes(raw)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.0, 1.0))
def test_the_binomial_tail_is_that_of_the_sum(successes: int, more: int, chance: float) -> None:
    trials = successes + more
    exact = math.fsum(
        math.comb(trials, k) * chance**k * (1.0 - chance) ** (trials - k) for k in range(successes, trials + 1)
    )
    found = growth.binomial_tail(successes, trials, chance)
    assert 0.0 <= found <= 1.0
    if successes > trials * chance:
        assert found == pytest.approx(exact, rel=1e-6, abs=1e-12)
    else:
        assert found == 1.0


def test_a_rate_without_anything_is_calm() -> None:
    assert growth.Rate(0, 0, 0, 0).chance == 1.0
    assert growth.Rate(0, 5, 0, 9).factor == 0.0
    assert not growth.Rate(30, 0, 100, growth.BASELINE - 1).begins(1)
    assert growth.Rate(10, 10, 100, 100).is_over()


def test_the_forms_of_a_word_are_one() -> None:
    assert len({names.stem(word) for word in ("card", "cards", "card's")}) == 1
    assert len({names.stem(word) for word in ("transfer", "transfers", "transferred", "transferring")}) == 1
    assert len({names.stem(word) for word in ("charge", "charged", "charges", "charging")}) == 1
    assert names.stem("class") == "class"
    assert names.words("My top up didn't work, write to [email]") == ["top up", "work", "write"]


def test_names_differ_while_there_are_words_for_it() -> None:
    spoken = [names.Spoken(n, "card lost stolen abroad urgent", 1.0) for n in range(5)]
    found = names.name_all({1: spoken, 2: spoken, 3: [names.Spoken(1, "", 1.0)]})
    assert found[1] != found[2]
    assert found[3] == ""


_SMALL = discover_map(mixed(24, 2)).to_bytes()
