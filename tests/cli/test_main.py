from __future__ import annotations

from faultline.cli.commands import application


def test_the_command_that_is_named_is_the_only_one_that_is_built() -> None:
    assert [each.name for each in application("design").registered_commands] == ["design"]
    assert [each.name for each in application("audit").registered_groups] == ["audit"]


def test_without_a_command_or_with_a_wrong_one_all_are_there() -> None:
    for command in (None, "--version", "desing"):
        app = application(command)
        names = [each.name for each in (*app.registered_commands, *app.registered_groups)]
        assert {"ci", "review", "design", "serve", "logout", "conversations", "audit"} <= set(names)
