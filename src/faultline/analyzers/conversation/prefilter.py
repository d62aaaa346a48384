"""Says which conversations are not worth a closer look, and why.

The rules err on one side: what could matter to anybody passes. A word that is no greeting, a number, an angry emoji, a
question behind a pasted auto-reply: all of that is looked at. A conversation is left out only where everything its
customer wrote falls under one rule.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from faultline.analyzers.conversation import automated
from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.core.results.conversation import Skipped, SkipReason

MEMORY = 1 << 19
"""A repetition is found among so many conversations; remembering one takes some 400 bytes."""
SAME_FROM = 40
"""Characters from which on the same words twice are one message sent twice; two people do write `cancel please`."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f\U000e0020-\U000e007f]")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ly|co|app|dev|de|fr|uk|eu)/\S*", re.IGNORECASE
)
_ATTACHMENT = re.compile(
    r"[<\[(]?\s*(?:(?:image|video|audio|photo|picture|gif|sticker|document|media|file|attachment"
    r"|voice (?:message|note)|contact card|screenshot)s?(?:\s+(?:omitted|attached|uploaded|sent))?"
    r"|attached:[^>\]\n]{1,120}"
    r"|[\w .()-]{1,60}\.(?:jpe?g|png|gif|webp|heic|pdf|docx?|xlsx?|mp[34]|mov|m4a|ogg|opus|zip))\s*[>\])]?\.?",
    re.IGNORECASE,
)
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_EMOJI = re.compile(f"[{_PICTURES}]")
_JOINERS = re.compile("[\u200d\u20e3\U0001f3fb-\U0001f3ff]")
_EMOTICON = re.compile(r"(?<!\w)(?:[:;=8xX][-^']?[)\]DPpd3*]+|\^[_.-]?\^|<3|[xX]D+|\\o/)(?!\w)")
# What says that somebody is angry, sad or in need without a word.
_TELLING = frozenset("😠😡🤬😤😭😢😞😔😟🙁☹😣😖😫😩😨😰😱🤮🤢👎🖕💔🆘🚨🔥⛔🚫❌⚠😒🙄💩⏰⌛⏳❓❗")
_TELLING_EMOTICON = re.compile(r"(?<!\w)(?:[:;=][-']?[(\[|/\\]+|>:[-']?[(|]|D:)(?!\w)")


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_GREETINGS = _phrases(
    "hi|hello|hey|hallo|hola|salut|bonjour|ciao|ola|olá|moin|servus|yo|hiya|heya|hej|hei|merhaba|привет|"
    "здравствуйте|你好|您好|こんにちは|안녕하세요|مرحبا|السلام عليكم|שלום|नमस्ते|good morning|good afternoon|"
    "good evening|good day|guten tag|guten morgen|guten abend|buenos dias|buenos días|buenas tardes|buenas|"
    "buongiorno|bom dia|boa tarde|hi there|hello there|hey there|hi all|hi team|hello team|dear team|hi everyone|"
    "hello everyone|is anyone there|anyone there|anybody there|anybody here|jemand da|hay alguien|test|testing|"
    "test test|this is a test|just a test|just testing|testing testing|test message|ein test|prueba|essai|asdf|"
    "asdfgh|asdfghjkl|asdfasdf|qwerty|qwertz|lorem ipsum|n a|na|no comment|no comments|foo|foobar|abc|xyz|ping|"
    "blah|bla bla"
)
_COURTESIES = _phrases(
    "ok|okay|k|kk|okey|oki|alright|all right|got it|i see|sure|cool|noted|understood|fine|will do|thanks|"
    "thank you|thx|ty|tnx|thank u|many thanks|thanks a lot|a lot|very much|so much|again|in advance|"
    "for your help|for the help|for your support|for your time|for your reply|for the quick reply|"
    "for the quick help|for your quick reply|for the info|for the information|perfect thanks|great thanks|"
    "perfect thank you|great thank you|cheers|bye|goodbye|bye bye|see you|have a nice day|have a good day|"
    "have a great day|you too|same to you|welcome|you are welcome|youre welcome|no worries|no problem|np|lol|"
    "haha|hahaha|hehe|hmm|hm|mm|uh|um|oh|ah|aha|danke|vielen dank|danke schön|dankeschön|danke sehr|alles klar|"
    "tschüss|merci|merci beaucoup|merci bien|au revoir|d accord|gracias|muchas gracias|vale|adios|adiós|grazie|"
    "grazie mille|obrigado|obrigada|dank u|dank u wel|bedankt|dank je|dank je wel|tack|takk|tak|kiitos|dziękuję|"
    "dzięki|спасибо|хорошо|ок|teşekkürler|tamam|谢谢|好的|好|ありがとう|ありがとうございます|감사합니다|네|شكرا|"
    "תודה|धन्यवाद"
)
_LONGEST = 4
"""Words in the longest of them that is not looked for as a whole."""
_STRETCHED = re.compile(r"(\w)\1{2,}")
_NO_WORD = re.compile(r"[^\w]+|_+")
_SPACES = re.compile(r"\s+")


class Prefilter:
    """Remembers what it has seen, so one is for one file or stream."""

    def __init__(self) -> None:
        self._ids: dict[bytes, str] = {}
        self._contents: dict[bytes, str] = {}

    def why_not(self, conversation: Conversation) -> Skipped | None:
        """Say why a conversation is left out; None where it should be looked at."""
        if (reason := _reason(conversation)) is not None:
            return Skipped(id=conversation.id, line=conversation.line, reason=reason)
        if (earlier := self._repeated(conversation)) is not None:
            return Skipped(id=conversation.id, line=conversation.line, reason=SkipReason.DUPLICATE, detail=earlier)
        return None

    def _repeated(self, conversation: Conversation) -> str | None:
        """The id of the conversation that this one repeats."""
        name = _digest([conversation.id])
        if (earlier := self._ids.get(name)) is not None:
            return earlier
        _remember(self._ids, name, conversation.id)
        texts = [normalised(message.text) for message in conversation.messages]
        first = conversation.messages[0]
        if sum(map(len, texts)) < SAME_FROM and not (first.time and first.author):
            return None
        apart = [first.time.isoformat(), first.author or ""] if first.time and len(texts) == 1 else []
        content = _digest([*apart, *texts])
        if (earlier := self._contents.get(content)) is not None:
            return earlier
        _remember(self._contents, content, conversation.id)
        return None


def normalised(text: str) -> str:
    """The text as it is compared: without case, invisible characters and differences in spacing."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip().casefold()


def _reason(conversation: Conversation) -> SkipReason | None:
    texts = {role: _texts(conversation.messages, role) for role in Role}
    if not any(texts[role] for role in Role if role is not Role.SYSTEM):
        return SkipReason.EMPTY
    said = texts[Role.CUSTOMER] or texts[Role.UNKNOWN] or texts[Role.AGENT] or texts[Role.BOT]
    return _all_of(said, answered=_answered(conversation.messages))


def _answered(messages: Sequence[Message]) -> bool:
    """Whether somebody else wrote after an agent did: then even a thumb says how it ended."""
    agent = False
    for message in messages:
        if message.role is Role.AGENT:
            agent = agent or bool(message.text.strip())
        elif agent and message.role in (Role.CUSTOMER, Role.UNKNOWN):
            return True
    return False


def _texts(messages: Iterable[Message], role: Role) -> list[str]:
    return [text for message in messages if message.role is role and (text := _INVISIBLE.sub("", message.text).strip())]


def _all_of(said: Sequence[str], *, answered: bool) -> SkipReason | None:
    """The reason that holds for everything that was said; a longer text makes it the reason for all."""
    reasons = []
    for text in said:
        reason = _why(text, answered=answered)
        if reason is None:
            return None
        reasons.append(reason)
    # Greetings around a link are still only a link; among the others the first decides.
    telling = [reason for reason in reasons if reason is not SkipReason.TOO_SHORT]
    return telling[0] if telling else SkipReason.TOO_SHORT


def _why(text: str, *, answered: bool) -> SkipReason | None:
    short = len(text) <= 200
    if short and any(mark in _TELLING for mark in text):
        return None
    if short and (reason := _wordless(text, answered=answered)) is not None:
        return reason
    if not short and _LINK.sub("", text).strip() == "":
        return SkipReason.ONLY_LINK
    if automated.is_auto_reply(text):
        return SkipReason.AUTO_REPLY
    return SkipReason.SPAM if automated.is_spam(text) else None


def _wordless(text: str, *, answered: bool) -> SkipReason | None:
    """The reason why a short text says nothing; None where it says something."""
    linkless = _LINK.sub(" ", text)
    links = linkless != text
    if _ATTACHMENT.fullmatch(linkless.strip()):
        return SkipReason.ONLY_LINK
    rest = _EMOTICON.sub(" ", _JOINERS.sub("", linkless))
    pictures = bool(_EMOJI.search(rest)) or rest != linkless
    rest = _EMOJI.sub(" ", rest)
    words = _NO_WORD.sub(" ", rest.replace("'", "").replace("\u2019", "")).strip().casefold()
    if not words:
        if links:
            return SkipReason.ONLY_LINK
        if pictures:
            return None if answered else SkipReason.ONLY_EMOJI
        asks = rest.count("?") + rest.count("!") + rest.count("\uff1f") >= 2
        return None if asks or _TELLING_EMOTICON.search(linkless) else SkipReason.TOO_SHORT
    if _TELLING_EMOTICON.search(linkless):
        return None
    if links:
        return SkipReason.ONLY_LINK if words in _GREETINGS else None
    if len(words) >= 3 and len(set(words)) == 1 and words.isalpha():
        return SkipReason.TOO_SHORT
    if len(text) == 1 and text.isascii() and text.isalpha():
        return SkipReason.TOO_SHORT
    greeting = _made_of(words, _GREETINGS)
    if greeting or not _made_of(words, _GREETINGS | _COURTESIES):
        return SkipReason.TOO_SHORT if greeting else None
    # `Thanks` after an answer says how the conversation ended; alone it says nothing.
    return None if answered or "?" in rest else SkipReason.TOO_SHORT


def _made_of(words: str, phrases: frozenset[str]) -> bool:
    """Whether a text is nothing but phrases of a list, one after the other."""
    rest = _STRETCHED.sub(r"\1", words).split()
    tested = rest[:1] == ["test"]
    while rest:
        for count in range(min(_LONGEST, len(rest)), 0, -1):
            if " ".join(rest[:count]) in phrases:
                del rest[:count]
                break
        else:
            if not (tested and rest[0].isdigit()):
                return False
            del rest[0]
    return True


def _digest(parts: Iterable[str]) -> bytes:
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()


def _remember(known: dict[bytes, str], key: bytes, name: str) -> None:
    known[key] = name
    if len(known) > MEMORY:
        del known[next(iter(known))]
