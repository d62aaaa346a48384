"""Every signature finds its own examples, exactly, and leaves look-alikes alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields

import pytest
import re2

from faultline.analyzers.ci.blocks import Block, confirmed, grow
from faultline.analyzers.ci.lines import Line
from faultline.analyzers.ci.signature import (
    Catalogue,
    Example,
    Pattern,
    Signature,
    SignatureError,
    catalogue,
    parse,
    probe_pattern,
)

SIGNATURES = catalogue().signatures


def blocks_in(signature: Signature, example: Example) -> list[Block]:
    lines = [Line(number, 0, text.encode(), len(text) + 1) for number, text in enumerate(example.lines, 1)]
    line_at: Callable[[int], Line | None] = lambda n: lines[n - 1] if 1 <= n <= len(lines) else None  # noqa: E731
    return [
        grow(line, signature, line_at, lambda _: False)
        for line in lines
        if signature.match.search(line.text)
        and not (signature.unless and signature.unless.search(line.text))
        and confirmed(line, signature, line_at)
    ]


def test_positive_examples_yield_exactly_their_marked_blocks() -> None:
    assert all(signature.positive for signature in SIGNATURES)
    assert [
        (signature.id, example.lines)
        for signature in SIGNATURES
        for example in signature.positive
        if {number for block in blocks_in(signature, example) for number in block.numbers} != set(example.block)
    ] == []


def test_a_negative_example_is_no_hit() -> None:
    assert all(signature.negative for signature in SIGNATURES)
    assert [
        (signature.id, example.lines)
        for signature in SIGNATURES
        for example in signature.negative
        if blocks_in(signature, example)
    ] == []


def test_each_hit_holds_a_probe_so_that_the_fast_scan_cannot_miss_it() -> None:
    assert [
        (signature.id, example.lines)
        for signature in SIGNATURES
        for example in signature.positive
        for block in blocks_in(signature, example)
        if not any(re2.search(probe_pattern(probe), example.lines[block.hit - 1]) for probe in signature.probes)
    ] == []


def test_every_pattern_is_valid_re2() -> None:
    for signature in SIGNATURES:
        for field in fields(signature):
            value = getattr(signature, field.name)
            assert not isinstance(value, Pattern) or value.compiled is not None, signature.id


def test_a_probe_pattern_has_no_repeats_which_would_slow_the_scan_of_every_log() -> None:
    for signature in SIGNATURES:
        for probe in signature.probes:
            if probe_pattern(probe) == probe[1:-1]:
                bare = re.sub(r"\[[^\]]*\]", "", re.sub(r"\\.", "", probe))
                assert not set(bare) & set("*+{"), signature.id


def test_title_and_fix_use_only_groups_that_the_pattern_has() -> None:
    for signature in SIGNATURES:
        groups = signature.match.compiled.groupindex
        for template in (signature.title, signature.fix):
            assert template.count("{") == sum(template.count(f"{{{name}}}") for name in groups), signature.id


def test_all_families_have_a_signature_or_are_read_as_frames() -> None:
    frames = set(range(1, 6))
    assert set(range(1, 46)) - {signature.family for signature in SIGNATURES} - frames == set()


def test_the_catalogue_matches_the_best_rank_first() -> None:
    low, high = parse(
        """
        [[signature]]
        id = "a.low"
        family = 1
        tool = "a"
        category = "test"
        role = "symptom"
        probes = ["broken"]
        match = 'broken'
        [[signature]]
        id = "a.high"
        family = 1
        tool = "a"
        category = "test"
        role = "cause"
        probes = ["broken"]
        match = 'broken'
        unless = 'not broken'
        """,
        "a.toml",
    )
    both = Catalogue([low, high])
    assert [signature.id for signature in both.match("it is broken")] == ["a.high", "a.low"]
    assert [signature.id for signature in both.match("it is not broken")] == ["a.low"]
    assert both.match("it works") == []


BASE = 'id = "a.b"\nfamily = 1\ntool = "a"\ncategory = "test"\nrole = "cause"\nprobes = ["x"]\nmatch = "x"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (BASE.replace('tool = "a"\n', ""), "missing field tool"),
        (BASE + 'colour = "red"\n', "unknown field colour"),
        (BASE.replace('"cause"', '"culprit"'), "role is one of"),
    ],
)
def test_a_broken_signature_says_file_signature_and_field(text: str, complaint: str) -> None:
    with pytest.raises(SignatureError, match=rf"a\.toml: a\.b: .*{complaint}"):
        parse("[[signature]]\n" + text, "a.toml")
