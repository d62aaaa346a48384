"""A diff made of the list of a pull request's files, for one that GitHub finds too large to give as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from faultline.service.github.answers import Diff, PullFile


def assembled(files: Iterable[PullFile]) -> Diff:
    """The diff in git's form, with what it lacks said."""
    parts: list[str] = []
    missing: list[str] = []
    for file in files:
        if not file.path:
            continue
        old, new = file.previous_path or file.path, file.path
        lines = [f"diff --git {_quoted('a/' + old)} {_quoted('b/' + new)}"]
        if file.status == "added":
            lines.append("new file mode 100644")
        elif file.status == "removed":
            lines.append("deleted file mode 100644")
        elif old != new:
            verb = "copy" if file.status == "copied" else "rename"
            lines += [f"{verb} from {_quoted(old)}", f"{verb} to {_quoted(new)}"]
        if file.patch:
            lines.append("--- /dev/null" if file.status == "added" else f"--- {_ended('a/' + old)}")
            lines.append("+++ /dev/null" if file.status == "removed" else f"+++ {_ended('b/' + new)}")
            lines.append(file.patch.removesuffix("\n"))
        elif file.additions or file.deletions:
            missing.append(f"{new}: GitHub does not give its diff, for it is too large")
            continue
        parts += lines
    return Diff("".join(f"{line}\n" for line in parts).encode("utf-8", "surrogateescape"), tuple(missing))


def _ended(path: str) -> str:
    """A path on a line of its own; git marks the end of one that holds a space."""
    return _quoted(path) + ("\t" if " " in path else "")


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes and escaped where it holds anything unusual (git's `core.quotePath` off)."""
    if not any(character in '"\\' or character < " " or character == "\x7f" for character in path):
        return path
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    return '"' + "".join(named.get(c, f"\\{ord(c):03o}" if c < " " or c == "\x7f" else c) for c in path) + '"'
