"""A catalogue is what its files say."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from faultline.core.rules import Catalogue, Rule

ENTRY = '[[rule]]\nid = "{}"\nseverity = "low"\ntitle = "A"\nwhy = "B."\nfix = "C."\nconfidence = {}\n'


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ENTRY.format("style/a", 1))
    (tmp_path / "b.toml").write_text("# One more.\n" + ENTRY.format("style/a", 1))
    with pytest.raises(ValueError, match=r"b\.toml: there is a rule style/a already"):
        list(Catalogue(tmp_path, Rule))


def test_rules_are_in_the_order_of_their_ids_and_each_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ENTRY.format("style/b", '"much"') + ENTRY.format("style/a", 0.5))
    known = Catalogue(tmp_path, Rule)
    assert list(known) == ["style/a", "style/b"]
    assert (known["style/a"].confidence, known["style/a"].agent) == (0.5, "style")
    with pytest.raises(ValidationError, match="confidence"):
        known["style/b"]
