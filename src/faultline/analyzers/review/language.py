"""Which language a file is in, by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class Language(StrEnum):
    """A language that somebody here has rules for. The value is ast-grep's name where it knows the language."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"
    GO = "go"
    JAVA = "java"
    RUST = "rust"
    RUBY = "ruby"
    PHP = "php"
    C = "c"
    CPP = "cpp"
    CSHARP = "csharp"
    DOCKERFILE = "dockerfile"
    WORKFLOW = "github-workflow"
    TERRAFORM = "terraform"


_SUFFIXES = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".pyw": Language.PYTHON,
    ".js": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".jsx": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".mts": Language.TYPESCRIPT,
    ".cts": Language.TYPESCRIPT,
    ".tsx": Language.TSX,
    ".go": Language.GO,
    ".java": Language.JAVA,
    ".rs": Language.RUST,
    ".rb": Language.RUBY,
    ".php": Language.PHP,
    ".c": Language.C,
    ".h": Language.C,
    ".cc": Language.CPP,
    ".cpp": Language.CPP,
    ".cxx": Language.CPP,
    ".hpp": Language.CPP,
    ".hh": Language.CPP,
    ".cs": Language.CSHARP,
    ".dockerfile": Language.DOCKERFILE,
    ".tf": Language.TERRAFORM,
}


def language_of(path: str) -> Language | None:
    """The language of the file at a path of the repository; None where nobody has rules for it."""
    at = PurePosixPath(path)
    if at.name in ("Dockerfile", "Containerfile") or at.name.startswith(("Dockerfile.", "Containerfile.")):
        return Language.DOCKERFILE
    if at.suffix in (".yml", ".yaml") and at.parent.as_posix().endswith(".github/workflows"):
        return Language.WORKFLOW
    return _SUFFIXES.get(at.suffix.lower())
