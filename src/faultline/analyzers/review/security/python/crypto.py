"""Hashes, ciphers, keys and initialization vectors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import is_password, parts
from faultline.core.finding import Severity

_BROKEN = re.compile(r"(?i)(?:^|[._-])(?:md[245]|sha-?1?|ripemd\w*)$")
_FAST = re.compile(r"(?i)(?:^|[._-])(?:md[245]|sha-?1?|sha-?(?:224|256|384|512)|sha3_\d+|blake2[bs])$")
_HARMLESS = re.compile(r"etag|cache|dedup|uuid|gravatar|bucket|shard|color|websocket|_slug|git_|short_")
_WEAK_CIPHERS = {"DES", "DES3", "ARC2", "ARC4", "Blowfish", "CAST", "XOR", "TripleDES", "IDEA", "SEED", "CAST5", "RC2"}
_ENCRYPTS = re.compile(r"(?:^|_)(?:en|de)?crypt(?:$|_|ion)|(?:^|_)(?:en|de)cipher")


def _normal(name: str) -> str:
    return name.replace("Cryptodome.", "Crypto.", 1)


def about_password(module: Module, node: ast.AST) -> bool:
    """Whether an expression holds a password, by the names in it and in what they are bound to."""
    for each in module.reach(node, 2):
        match each:
            case ast.Name(id=word) | ast.Attribute(attr=word):
                if is_password(word):
                    return True
            case ast.Constant(value=str(word)) if len(word) < 40 and is_password(word):
                return True
    return False


def _hashes(module: Module) -> Iterator[tuple[ast.Call, str, list[ast.expr]]]:
    """Every hash that is made: the call, the algorithm, and what is hashed, also by a later `update`."""
    for full, calls in module.calls.items():
        name = _normal(full)
        for call in calls:
            if name in ("hashlib.new", "hashlib.file_digest"):
                position = 0 if name.endswith("new") else 1
                algorithm = module.value(module.argument(call, position, "name", "digest"))
                data = call.args[1:2]
            elif name.startswith("hashlib.") and name.count(".") == 1:
                algorithm, data = name.removeprefix("hashlib."), call.args[:1]
            elif name.startswith("Crypto.Hash.") and name.endswith(".new"):
                algorithm, data = name.split(".")[2], call.args[:1]
            elif name in ("md5.new", "sha.new", "md5.md5", "sha.sha"):
                algorithm, data = name.partition(".")[0], call.args[:1]
            elif name.startswith("cryptography.hazmat.primitives.hashes.") and name.count(".") == 4:
                algorithm, data = name.rpartition(".")[2], []
            else:
                continue
            if not isinstance(algorithm, str):
                continue
            later = [each for update in module.calls.get(f"{full}().update", ()) for each in update.args[:1]]
            yield call, algorithm, [*data, *later]


def _salted(module: Module, call: ast.Call, data: list[ast.expr]) -> bool:
    around = module.function(call) or call
    text = f"{module.text(around)} " + " ".join(module.text(each) for each in data)
    return "salt" in text or "pepper" in text or "urandom" in text or "token_" in text


def _constant_salt(module: Module, node: ast.expr | None) -> bool:
    if node is None:
        return False
    value = module.value(node)
    return isinstance(value, str | bytes)


def weak_hashes(module: Module) -> Iterable[Observation]:
    """Broken hashes; fast hashes of passwords; passwords without a salt, or with one that is in the code."""
    for call, algorithm, data in _hashes(module):
        if any(each.arg == "usedforsecurity" and module.value(each.value) is False for each in call.keywords):
            continue
        function = module.function(call)
        place = function.name.lower() if function else ""
        password = any(about_password(module, each) for each in data) or (
            bool(data) and bool(function) and any(is_password(each) for each in parts(place))
        )
        if _BROKEN.search(algorithm):
            if password:
                yield see("weak-hash", call, f"{algorithm} hashes a password.", 0.9)
            elif not _HARMLESS.search(f"{place} {_target(module, call)}"):
                text = module.text(function) if function else ""
                telling = re.search(r"sign|token|secret|auth|verif|certificate|integrity|nonce|user", text)
                yield see(
                    "weak-hash", call, f"{algorithm} is broken.", 0.6 if telling else 0.4,
                    severity=None if telling else Severity.LOW,
                )  # fmt: skip
        elif password and _FAST.search(algorithm):
            if not _salted(module, call, data):
                yield see("unsalted-hash", call, f"The password goes into {algorithm} without a salt.")
            elif any(_has_constant_salt(module, each) for each in data):
                yield see("unsalted-hash", call, "The salt is the same for every password.")
    yield from _named_hashes(module)


def _has_constant_salt(module: Module, node: ast.expr) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and "salt" in each.id.lower():
            bound = [one for one in module.bindings(each) if one is not None]
            known = any(re.fullmatch(r"(?i)user_?(?:name|id)?|e?mail|name|login", _word(one)) for one in bound)
            if known or _constant_salt(module, each):
                return True
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add):
            for side in (each.left, each.right):
                if isinstance(side, ast.Constant) and isinstance(side.value, str | bytes) and len(side.value) > 2:
                    return True
    return False


def _word(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _named_hashes(module: Module) -> Iterable[Observation]:
    for full, calls in module.calls.items():
        last = full.rpartition(".")[2]
        for call in calls:
            if full.startswith("passlib.hash.") and re.search(
                r"\.(?:md5|sha1|des|hex|ldap_md5|plaintext|lmhash|nthash)", full
            ):
                yield see("weak-hash", call, "This scheme of passlib is broken, or fast.")
            elif last in ("pbkdf2_hmac", "scrypt", "PBKDF2", "PBKDF2HMAC", "Scrypt", "HKDF", "bcrypt", "hash_secret"):
                position = {"pbkdf2_hmac": 2, "PBKDF2": 1, "scrypt": 1}.get(last)
                if last == "HKDF":
                    continue
                salt = module.argument(call, position, "salt")
                if _constant_salt(module, salt):
                    yield see("unsalted-hash", call, "The salt is the same for every password.", 0.85)
                digest = module.value(module.argument(call, 0, "hash_name")) if last == "pbkdf2_hmac" else None
                if isinstance(digest, str) and re.search(r"(?i)md5", digest):
                    yield see("weak-hash", call, f"{digest} is broken.")
            elif full in ("bcrypt.hashpw", "crypt.crypt"):
                salt = module.argument(call, 1, "salt")
                if _constant_salt(module, salt):
                    yield see("unsalted-hash", call, "The salt is the same for every password.", 0.85)
            elif last == "make_password" or full == "werkzeug.security.generate_password_hash":
                hasher = module.value(module.argument(call, 2 if last == "make_password" else 1, "hasher", "method"))
                if isinstance(hasher, str) and re.match(r"(?i)(?:unsalted_|plain|md5|sha1|sha256$|sha512$)", hasher):
                    yield see("weak-hash", call, f"{hasher!r} hashes passwords fast.")
                if last == "make_password" and _constant_salt(module, module.argument(call, 1, "salt")):
                    yield see("unsalted-hash", call, "The salt is the same for every password.")
    for assign in module.of(ast.Assign):
        match assign.targets[0], assign.value:
            case ast.Name(id="PASSWORD_HASHERS"), (ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_])):
                value = module.value(first)
                if (
                    isinstance(value, str)
                    and re.search(r"MD5|SHA1(?!P)|Unsalted|Crypt(?!o)", value)
                    and "PBKDF2" not in value
                ):
                    yield see("weak-hash", first, "Django hashes new passwords with it.")
    for call in module.called("hmac.new", "hmac.digest"):
        digest = module.argument(call, 2, "digestmod", "digest")
        algorithm = module.value(digest) if isinstance(digest, ast.Constant) else module.name(digest)
        if isinstance(algorithm, str) and re.search(r"(?i)(?:^|\.)md5$", algorithm):
            yield see("weak-hash", call, "The message is signed with MD5.", 0.5, severity=Severity.LOW)


def _target(module: Module, node: ast.AST) -> str:
    """What the statement around an expression assigns to."""
    for each in module.around(node):
        if isinstance(each, ast.Assign):
            return " ".join(module.text(target) for target in each.targets)
        if isinstance(each, ast.stmt):
            break
    return ""


def weak_ciphers(module: Module) -> Iterable[Observation]:
    """Ciphers and modes that are broken, and encryption that is none."""
    for full, calls in module.calls.items():
        name = _normal(full)
        words = name.split(".")
        last = words[-1]
        for call in calls:
            if name.startswith("Crypto.Cipher.") and last == "new" and words[2] in _WEAK_CIPHERS:
                yield see("weak-cipher", call, f"{words[2]} is broken.", 0.95)
            elif name == "Crypto.Cipher.PKCS1_v1_5.new":
                yield see("weak-cipher", call, "RSA with this padding tells who asks often enough.", 0.6)
            elif name.startswith("Crypto.Cipher.AES.new") and last == "new":
                mode = module.argument(call, 1, "mode")
                if mode is None or _normal(module.name(mode)).endswith("MODE_ECB") or module.value(mode) == 1:
                    yield see("weak-cipher", call, "Equal blocks are encrypted alike (ECB).", 0.9)
            elif last in _WEAK_CIPHERS and ".ciphers." in name and "algorithms" in words:
                yield see("weak-cipher", call, f"{last} is broken.", 0.95)
            elif last == "ECB" and "modes" in words and "cryptography" in words:
                yield see("weak-cipher", call, "Equal blocks are encrypted alike (ECB).", 0.95)
            elif name in ("pyDes.des", "pyDes.triple_des", "des.DesKey", "rc4.encrypt"):
                yield see("weak-cipher", call, "DES and RC4 are broken.", 0.9)
            elif name.endswith("EVP.Cipher"):
                algorithm = module.value(module.argument(call, 0, "alg"))
                if isinstance(algorithm, str) and re.search(r"(?i)(?:^|_)(?:des|rc2|rc4|bf|cast)|ecb", algorithm):
                    yield see("weak-cipher", call, f"{algorithm} is broken.", 0.95)
    for function in module.functions:
        if _ENCRYPTS.search(function.name.lower()):
            yield from _home_made(module, function)


def _home_made(module: Module, function: ast.AST) -> Iterable[Observation]:
    text = module.text(function)
    if re.search(
        r"aes|fernet|gcm|chacha|encryptor|decryptor|\bcipher\b|nacl|secretbox|\brsa\b|\bkms\b|public_key|gpg", text
    ):
        return
    for each in module.within(function, ast.Call, ast.BinOp):
        if (
            isinstance(each, ast.BinOp)
            and isinstance(each.op, ast.BitXor)
            and re.search(r"\bord\b|key", module.text(each))
        ):
            yield see("weak-cipher", each, "Exclusive or with a key is no encryption.", 0.6)
            return
        if isinstance(each, ast.Call):
            name = module.name(each.func)
            if name in ("base64.b64encode", "base64.b64decode", "codecs.encode", "base64.urlsafe_b64encode"):
                yield see("weak-cipher", each, "An encoding is no encryption.", 0.6)
                return
            shifted = name == "chr" and each.args and isinstance(each.args[0], ast.BinOp) and "ord" in module.text(each)
            if shifted:
                yield see("weak-cipher", each, "Shifting letters is no encryption.", 0.6)
                return


_CURVES = {"SECP192R1", "SECT163K1", "SECT163R2", "SECP160R1", "BrainpoolP192R1"}


def weak_keys(module: Module) -> Iterable[Observation]:
    """Keys that are too short, and too few rounds to make one of a password."""
    for full, calls in module.calls.items():
        name = _normal(full)
        last = name.rpartition(".")[2]
        where: tuple[int | None, str] | None = None
        if name in (
            "Crypto.PublicKey.RSA.generate",
            "Crypto.PublicKey.DSA.generate",
            "Crypto.PublicKey.ElGamal.generate",
        ):
            where = (0, "bits")
        elif last == "generate_private_key" and ".rsa." in name:
            where = (1, "key_size")
        elif last in ("generate_private_key", "generate_parameters") and re.search(r"\.d(?:sa|h)\.", name):
            where = (0 if ".dsa." in name else 1, "key_size")
        elif name in ("rsa.newkeys", "M2Crypto.RSA.gen_key", "paramiko.RSAKey.generate", "paramiko.DSSKey.generate"):
            where = (0, "bits")
        elif last == "generate_key" and "OpenSSL.crypto.PKey" in name:
            where = (1, "bits")
        for call in calls:
            if where:
                bits = module.value(module.argument(call, where[0], where[1], "nbits"))
                if isinstance(bits, int) and 0 < bits < 2048:
                    yield see("weak-key", call, f"{bits} bits are too few.", 0.95)
            elif last in _CURVES:
                yield see("weak-key", call, f"{last} is too small a curve.", 0.9)
            elif last in ("pbkdf2_hmac", "PBKDF2", "PBKDF2HMAC"):
                position = {"pbkdf2_hmac": 3, "PBKDF2": 3, "PBKDF2HMAC": 3}[last]
                rounds = module.value(module.argument(call, position, "iterations", "count"))
                if isinstance(rounds, int) and 0 < rounds < 10_000:
                    yield see("weak-key", call, f"{rounds} rounds are too few for a password.", 0.8)
            elif name in ("os.urandom", "secrets.token_bytes", "secrets.token_hex", "secrets.token_urlsafe"):
                size = module.value(module.argument(call, 0, "nbytes", "size"))
                if isinstance(size, int) and 0 < size < 8 and re.search(r"key|token|secret", _target(module, call)):
                    yield see("weak-key", call, f"{size} bytes can be tried one after the other.", 0.7)


_MODES = {"CBC", "CTR", "CFB", "CFB8", "OFB", "GCM"}


def static_vectors(module: Module) -> Iterable[Observation]:
    """Initialization vectors and nonces that are constant, or made of what others know."""
    for full, calls in module.calls.items():
        name = _normal(full)
        last = name.rpartition(".")[2]
        for call in calls:
            vector: ast.expr | None = None
            if name.startswith("Crypto.Cipher.") and last == "new":
                vector = module.argument(call, 2, "iv", "IV", "nonce", "initial_value")
            elif last in _MODES and ".modes." in name:
                vector = module.argument(call, 0, "initialization_vector", "nonce")
            elif last == "ChaCha20" and "cryptography" in name:
                vector = module.argument(call, 1, "nonce")
            elif re.search(r"(?:AESGCM|AESCCM|AESOCB3|AESSIV|ChaCha20Poly1305)\(\)\.encrypt$", name):
                vector = module.argument(call, 0, "nonce")
            elif name.endswith("EVP.Cipher"):
                vector = module.argument(call, 2, "iv")
            elif name in ("pyDes.des", "pyDes.triple_des", "pyaes.AESModeOfOperationCBC"):
                vector = module.argument(call, 2, "IV", "iv")
            if vector is not None and (reason := _predictable(module, vector)):
                yield see("static-iv", call, reason, 0.85)


def _predictable(module: Module, vector: ast.expr) -> str:
    value = module.value(vector)
    if value is UNKNOWN and isinstance(vector, ast.Name):
        value = _default(module, vector)
    if isinstance(value, str | bytes | list):
        return "It is the same for every message."
    origin = module.origin(vector)
    bound = module.bindings(vector) if isinstance(vector, ast.Name) else []
    if any(isinstance(each, ast.Name) and re.fullmatch(r"(?i)(?:\w+_)?key", each.id) for each in bound):
        return "It is the key."
    for each in ast.walk(origin):
        name = module.name(each) if isinstance(each, ast.Name | ast.Attribute) else ""
        if (
            isinstance(each, ast.Name)
            and re.fullmatch(r"(?i)(?:self_)?(?:secret_?)?key|passw\w+", each.id)
            and origin is not vector
        ):
            return "It is made of the key."
        if re.match(r"(?:random\.(?!SystemRandom)|time\.|datetime\.|numpy\.random)", name):
            return "It can be guessed."
    return ""


def _default(module: Module, node: ast.Name) -> object:
    function = module.function(node)
    if function is None:
        return UNKNOWN
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args]
    given = dict(zip([each.arg for each in reversed(named)], reversed(arguments.defaults), strict=False))
    given |= {each.arg: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value}
    return module.value(given.get(node.id))


LOOKS = (weak_hashes, weak_ciphers, weak_keys, static_vectors)
