"""Secrets: one master secret, and a key for each purpose derived from it (HKDF-SHA256, RFC 5869).

What must be given back (webhook secrets, signing keys) is encrypted with AES-256-GCM under a fresh nonce, bound to its
purpose; what must only be recognised (API keys, sign-in links) is kept as HMAC-SHA256.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from faultline.core.errors import UsageError

FILE = "secret.key"
_NONCE_BYTES = 12


class Secrets:
    """Keys made of one master secret."""

    def __init__(self, master: str) -> None:
        self._master = master.encode()
        self._keys: dict[str, bytes] = {}

    @classmethod
    def kept_in(cls, folder: Path) -> Secrets:
        """The secret of a data folder, made when there is none; readable by its owner alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        master = path.read_text().strip()
        if len(master) < 32:
            raise UsageError(
                f"{FILE} in the data folder is damaged; restore it, or remove it and lose what it encrypts"
            )
        return cls(master)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        if purpose not in self._keys:
            hkdf = HKDF(SHA256(), 32, salt=None, info=f"faultline/{purpose}".encode())
            self._keys[purpose] = hkdf.derive(self._master)
        return self._keys[purpose]

    def hash(self, purpose: str, value: str) -> bytes:
        """Recognise a value later without keeping it: HMAC-SHA256, 32 bytes."""
        return hmac.new(self.derive(purpose), value.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()

    def encrypt(self, purpose: str, plain: bytes) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.derive(purpose)).encrypt(nonce, plain, purpose.encode())

    def decrypt(self, purpose: str, sealed: bytes) -> bytes:
        """Give back what was encrypted.

        Raises:
            UsageError: the master secret is another one than it was then.

        """
        try:
            return AESGCM(self.derive(purpose)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            raise UsageError("FAULTLINE_SECRET_KEY is not the one that this was encrypted with") from None
