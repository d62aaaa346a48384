"""Reading: what a file is, by what it says and then by its name; and archives that strangers made."""

from __future__ import annotations

import io
import zipfile

import pytest

from faultline.analyzers.design import bundle
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import design_of, read
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

KINDS = {
    "openapi.yaml": ("openapi: 3.0.3\n", "openapi"),
    "any.yml": ("swagger: '2.0'\n", "openapi"),
    "json in it.yaml": ('{"openapi": "3.1.1",\n\t"info": {}}', "openapi"),
    "config.yaml": ("openapi: {enabled: true}\n", "data"),
    "link.yaml": ("openapi: ./spec.yaml\n", "data"),
    "asyncapi.yaml": ("asyncapi: 3.0.0\ninfo: {}\n", "data"),
    "stack.yaml": ("services: {web: {image: nginx}}\n", "compose"),
    "compose.prod.yaml": ("include: [a.yaml]\n", "compose"),
    "docker-compose.yml": ("services:\n", "compose"),
    "symfony.yaml": ("services: {_defaults: {autowire: true}, 'App\\': {resource: ../src}}\n", "data"),
    ".github/workflows/ci.yml": ("on: push\njobs: {a: {services: {db: {image: postgres}}}}\n", "data"),
    "pipeline.yml": ("services: {db: {image: postgres}}\njobs: {a: {}}\n", "data"),
    "pod.yaml": ("# first\n---\napiVersion: v1\nkind: Pod\n", "kubernetes"),
    "half.yaml": ("apiVersion: v1\n", "data"),
    "package.json": ('{"name": "x", "version": "1"}', "data"),
    "schema.json": ('{"type": "object"}', "data"),
    "main.tf": ("", "terraform"),
    "a.puml": ("@startuml\n@enduml\n", "diagram"),
    "b.mmd": ("graph TD\n", "diagram"),
    "adr/1.md": ("# One\n", "markdown"),
}


def test_a_file_is_what_it_says() -> None:
    found = design_of({path: text.encode() for path, (text, _) in KINDS.items()}).documents
    assert {each.path: each.kind for each in found} == {path: kind for path, (_, kind) in KINDS.items()}
    assert not [each.path for each in found if each.faults or each.problems]


VERSIONS = {
    "openapi: 3": ("3.0", 0),
    "openapi: 3.1": ("3.1", 0),
    "openapi: 3.0.4": ("3.0", 0),
    "openapi: 3.1.1-rc1": ("3.1", 0),
    "openapi: 3.2.0": ("3.2", 0),
    "openapi: 3.7.0": ("3.2", 1),
    "swagger: 2.0": ("2.0", 0),
    "swagger: 2": ("2.0", 0),
    "openapi: 2.0": ("2.0", 1),
    "openapi: null\npaths: {}": ("3.0", 1),
    "swagger: x\ninfo: {}": ("2.0", 1),
}


@pytest.mark.parametrize("text", VERSIONS)
def test_a_version_is_known_however_it_is_written(text: str) -> None:
    (found,) = design_of({"a.yaml": text.encode()}).of(OpenApiDocument)
    assert (found.version, len(found.problems)) == VERSIONS[text]


BARE = {
    '{"openapi": "3.0.3"}': "openapi",
    "\ufeff\nopenapi: 3.0.3\n": "openapi",
    "# compose\nservices:\n  a: {image: b}\n": "compose",
    "apiVersion: v1\nkind: Pod\n": "kubernetes",
    'resource "a" "b" {\n}\n': "terraform",
    "sequenceDiagram\n  A->>B: x\n": "diagram",
    "@startuml\nA -> B\n@enduml\n": "diagram",
    "# Architecture\n\nOne service.\n": "markdown",
}


@pytest.mark.parametrize("text", BARE)
def test_a_text_without_a_telling_name_is_looked_at(text: str) -> None:
    (found,) = read(Artifact.from_bytes("design", "standard input", text.encode())).documents
    assert found.kind == BARE[text]


def zipped(members: dict[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_folder_that_anyone_zipped_is_read() -> None:
    data = zipped(
        {
            "shop/": b"",
            "shop/api.yaml": b"openapi: 3.0.3\n",
            "shop\\docs\\readme.md": b"# Shop\n",
            "./main.tf": b"",
            "__MACOSX/shop/._api.yaml": b"\0\1",
            "shop/.DS_Store": b"\0",
            "shop/logo.png": b"\x89PNG",
            "shop/Dockerfile": b"FROM x\n",
            "shop/app.py": b"print()\n",
            ".faultline.toml": b"[design]\nlevel = 'high'\n",
            ".faultline/against/shop/api.yaml": b"openapi: 3.0.3\n",
            "../../etc/evil.yaml": b"openapi: 3.0.3\n",
        },
        comment=b"made by hand",
    )
    design = read(Artifact.from_bytes("design", "shop.zip", data))
    assert [each.path for each in design.documents] == [
        "../../etc/evil.yaml",
        "main.tf",
        "shop/Dockerfile",
        "shop/api.yaml",
        "shop/docs/readme.md",
    ]
    assert design.older is not None
    assert [each.path for each in design.older.documents] == ["shop/api.yaml"]
    assert design.config.level == "high"


def refused(data: bytes) -> str:
    with pytest.raises(ArtifactRejected) as told:
        read(Artifact.from_bytes("design", "a.zip", data))
    return f"{told.value.reason} [{told.value.limit}]"


def test_archives_that_hold_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_LIMITS", bundle._LIMITS._replace(members=9, of=lambda _: 2_048))
    assert refused(zipped({"a.yaml": b"a" * 2_049})) == "holds too much: 'a.yaml' with 2 KB [2 KB]"
    assert "10 members" in refused(zipped({f"{place}.yaml": b"" for place in range(10)}))
    once = zipped({"a.yaml": b"openapi: 3.0.3\n"})
    at = once.rindex(b"PK\x01\x02")
    claims = once[: at + 24] + (1 << 30).to_bytes(4, "little") + once[at + 28 :]
    assert "1024 MB when unpacked" in refused(claims)


def test_archives_that_cannot_be_read_are_refused() -> None:
    good = zipped({"a.yaml": b"openapi: 3.0.3\n"})
    assert "cut off" in refused(good[:-30])
    at = good.rindex(b"PK\x01\x02")
    assert "with a password: 'a.yaml'" in refused(good[: at + 8] + b"\x01" + good[at + 9 :])
    assert "unusual way" in refused(zipped({"a.yaml": b"x" * 99}, packed=zipfile.ZIP_LZMA))
    assert "two members of one name: 'x/a.yaml'" in refused(zipped({"x/a.yaml": b"", "x\\a.yaml": b""}))
    assert "no archive that can be read" in refused(
        good.replace(b"openapi", b"OPENAPI").replace(b"\xca\x30", b"\0\0", 1)[:40]
    )
    assert "holds no design document" in refused(zipped({"a.py": b"x"}))


def test_an_empty_archive_holds_nothing() -> None:
    assert read(Artifact.from_bytes("design", "a.zip", zipped({}))).documents == []
