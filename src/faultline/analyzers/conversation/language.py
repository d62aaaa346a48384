"""The language a customer writes in: by script, and within the Latin and Cyrillic scripts by the most frequent words.

The word lists are our own: function words (articles, pronouns, auxiliaries) and what opens a message to a support desk.
They also say which words never make a key phrase.
"""

from __future__ import annotations

import re
from collections import Counter

from faultline.analyzers.conversation.sentences import fold

MAX_LOOKED_AT = 1_500
"""Characters; more does not change the answer."""

_WORDS = {
    "en": "the a an and or but is are was were be been am i you he she it we they me my your his her its our their this that "
    "these those not no do does did don't doesn't didn't have has had haven't can can't cannot could couldn't will won't would "
    "of to in on at for with from by as if then so than when what which who how why where there here just still please thanks "
    "thank hi hello hey get got it's i'm i've i'd i'll you're that's because about after again any all some very too up out "
    "into over only also now",
    "de": "der die das und oder aber ist sind war waren sein bin ich du er sie es wir ihr mich mir mein meine meinen meiner dein "
    "unser unsere nicht kein keine hat haben habe hatte kann konnen konnte wird werden wurde wie was wer wann wo warum mit von "
    "zu zum zur im in an am auf fur bei nach aus uber seit noch schon immer sehr bitte danke hallo guten tag morgen auch nur "
    "wenn dass weil als so ein eine einen einem einer den dem des sich ja nein jetzt wieder vielen dank gruss",
    "fr": "le la les un une des et ou mais est sont etait suis je tu il elle nous vous ils me mon ma mes votre vos notre nos ce "
    "cette ces ne pas plus n'est j'ai c'est ai a avez avons ont peux peut pouvez pourquoi comment quand qui que quoi dans sur "
    "avec pour par de du au aux en sans depuis encore toujours tres bonjour merci s'il plait salut aussi d'un d'une l' qu'il "
    "bien fait etre avoir donc alors",
    "es": "el la los las un una unos y o pero es son era esta estan estoy soy yo tu usted nosotros me mi mis su sus nuestro este "
    "esta esto no ni he ha han hemos puedo puede pueden por que como cuando quien donde porque en con para de del al sin desde "
    "todavia aun muy hola gracias buenos buenas dias tardes tambien si ya lo le les se te hace mas nada hay tengo tiene "
    "quiero favor",
    "it": "il lo la i gli le un una uno e o ma sono era sei io tu lui lei noi voi mi mio mia miei vostro questo questa non ne ho "
    "ha hai abbiamo posso puo perche come quando chi che cosa dove in con per di del della dei al alla da dal senza ancora "
    "molto ciao salve buongiorno grazie anche se gia lo ci si piu c'e e' sto nel nella vorrei",
    "pt": "o a os as um uma e ou mas sao era esta estao estou sou eu voce voces nos me meu minha meus seu sua este esta isso nao "
    "nem tenho tem foi ter pode posso podem por que como quando quem onde porque em no na nos nas com para de do da dos das ao "
    "sem desde ainda muito ola oi obrigado obrigada bom dia boa tarde tambem se ja lhe mais ha fazer quero favor pra",
    "nl": "de het een en of maar is zijn was waren ben ik jij je u hij zij wij we mij mijn uw jouw onze ons dit dat deze die niet "
    "geen heb heeft hebben had kan kunnen kon wordt worden zal hoe wat wie wanneer waar waarom met van voor naar op in aan bij "
    "uit over sinds nog al altijd heel graag hallo goedemorgen bedankt dank ook als er om te door maar toch weer",
    "sv": "och eller men ar var jag du han hon vi ni de mig min mitt mina din er var detta den det ett en inte ingen har hade kan "
    "kunde ska skulle hur vad vem nar varfor med fran for till pa i av om sedan fortfarande mycket hej tack snalla ocksa som "
    "att blir blev finns bara nu igen",
    "da": "og eller men er var jeg du han hun vi i de mig min mit mine din jeres vores dette den det et en ikke ingen har havde "
    "kan kunne skal skulle hvordan hvad hvem hvornar hvorfor med fra for til pa i af om siden stadig meget hej tak venligst "
    "ogsa som at bliver blev findes kun nu igen har noget",
    "no": "og eller men er var jeg du han hun vi dere de meg min mitt mine din deres var dette den det et en ikke ingen har hadde "
    "kan kunne skal skulle hvordan hva hvem nar hvorfor med fra for til pa i av om siden fortsatt fremdeles mye hei takk "
    "vennligst ogsa som at blir ble finnes bare na igjen noe",
    "fi": "ja tai mutta on ovat oli olen mina sina han me te he minun sinun meidan tama se nama ei en et eivat voi voin voitte "
    "miten mita kuka milloin missa miksi kanssa joka etta jos kun niin viela jo hyvin hei moi kiitos myos vain nyt mulla olisi "
    "ole ollut saanut",
    "pl": "i lub ale jest sa byl byla bylo jestem ja ty on ona my wy mi mnie moj moja moje moich wasz pan pani ten ta to te nie "
    "brak mam ma mamy moze moge mozna jak co kto kiedy gdzie dlaczego z ze w we na do od dla po przez bez przy jeszcze juz "
    "bardzo prosze dziekuje witam czesc dzien dobry tez tylko czy sie zeby",
    "cs": "a nebo ale je jsou byl byla bylo jsem ja ty on ona my vy mi mne muj moje vas ten ta to tyto ne neni nemam mam ma mame "
    "muze muzu jak co kdo kdy kde proc s se v ve na do od pro po pres bez pri jeste uz velmi prosim dekuji ahoj dobry den take "
    "jen zda si aby ktery",
    "tr": "ve veya ama bir bu su o ben sen biz siz onlar benim senin bizim sizin degil yok var mi mu ne nasil neden nerede kim "
    "zaman icin ile gibi kadar daha cok hala henuz lutfen merhaba tesekkurler tesekkur ederim selam da de ki sonra once bana "
    "oldu olarak ediyorum istiyorum",
    "ro": "si sau dar este sunt era eram eu tu el ea noi voi ei imi mea meu mele dumneavoastra acest aceasta nu nici am ai are "
    "avem pot poate puteti cum ce cine cand unde de din la cu pentru pe prin fara inca foarte va rog buna ziua multumesc salut "
    "si mai doar daca sa un o fost",
    "hu": "es vagy de van vannak volt vagyok en te o mi ti ok az a egy ez ezt azt nem nincs hogyan mit ki mikor hol miert meg "
    "mar csak is ha hogy kerem koszonom szia jo napot nagyon nekem ami aki lehet tudok kell",
    "id": "dan atau tetapi tapi adalah saya aku kamu anda dia kami kita mereka ini itu tidak bukan belum sudah ada bisa dapat "
    "akan bagaimana apa siapa kapan mana kenapa mengapa dengan dari untuk di ke yang pada oleh masih sangat tolong mohon halo "
    "terima kasih juga hanya jika karena",
    "vi": "va hoac nhung la toi ban anh chi chung minh cua nay do khong chua da co duoc the nao gi ai khi dau tai sao voi tu cho "
    "trong tren ra vao van rat xin chao cam on cung chi neu vi nhieu muon",
    "ru": "и или но это я ты он она мы вы они мне меня мои мой моя мое ваш ваша наш не нет есть был была было могу может можно "
    "как что кто когда где почему с со в во на до от для по без при еще уже очень пожалуиста спасибо здравствуите привет "
    "добрыи день тоже только если чтобы у за из к",
    "uk": "і и або але це я ти він вона ми ви вони мені мене мій моя моє ваш наш не немає є був була було можу може можна як що "
    "хто коли де чому з зі в у на до від для по без при ще вже дуже будь ласка дякую вітаю привіт добрии день також тільки "
    "якщо щоб за",
}  # fmt: skip
_SCRIPTS = (
    ("ja", 0x3040, 0x30FF), ("ko", 0xAC00, 0xD7AF), ("ko", 0x1100, 0x11FF), ("zh", 0x4E00, 0x9FFF), ("zh", 0x3400, 0x4DBF),
    ("cyrl", 0x400, 0x52F), ("el", 0x370, 0x3FF), ("he", 0x590, 0x5FF), ("ar", 0x600, 0x6FF), ("ar", 0x750, 0x77F),
    ("hi", 0x900, 0x97F), ("bn", 0x980, 0x9FF), ("ta", 0xB80, 0xBFF), ("te", 0xC00, 0xC7F), ("th", 0xE00, 0xE7F),
    ("ka", 0x10A0, 0x10FF), ("hy", 0x530, 0x58F),
)  # fmt: skip
_LETTERS = {
    "ß": "de", "ä": "de sv fi", "ö": "de sv fi tr hu", "ü": "de tr hu", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt",
    "ç": "fr pt tr", "œ": "fr", "ê": "fr pt vi", "è": "fr it", "ù": "fr it", "ò": "it", "ì": "it", "à": "fr it pt", "å": "sv da no",
    "ø": "da no", "æ": "da no", "ł": "pl", "ą": "pl", "ę": "pl", "ż": "pl", "ź": "pl", "ś": "pl", "ć": "pl", "ř": "cs", "ě": "cs",
    "ů": "cs", "š": "cs", "č": "cs", "ž": "cs", "ğ": "tr", "ş": "tr", "ı": "tr", "ő": "hu", "ű": "hu", "ț": "ro", "ș": "ro",
    "ă": "ro vi", "đ": "vi", "ư": "vi", "ơ": "vi", "і": "uk", "ї": "uk", "є": "uk", "ы": "ru", "ё": "ru", "э": "ru", "á": "es pt cs hu",
    "í": "es pt cs hu", "é": "es fr pt cs hu",
}  # fmt: skip
_PERSIAN, _URDU = frozenset("پچژگک"), frozenset("ٹڈڑںےہ")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _profiles() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each word with the languages that use it; one that many use says little."""
    users: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(fold(words).split()):
            users.setdefault(word, []).append(language)
    return {word: tuple((each, 1 / len(used)) for each in used) for word, used in users.items()}


_PROFILES = _profiles()
FUNCTION_WORDS = {language: frozenset(fold(words).split()) for language, words in _WORDS.items()}
"""By language; folded."""
UNKNOWN = "und"
"""ISO 639-2: undetermined."""


def detect(plain: str, folded: str) -> tuple[str, float]:
    """The language of a text and how sure that is.

    Args:
        plain: the text, accents kept.
        folded: the same without accents, in small letters.

    Returns:
        An ISO 639-1 code, or "und" where nothing tells; 0 to 1.

    """
    plain, folded = plain[:MAX_LOOKED_AT], folded[:MAX_LOOKED_AT]
    scripts = Counter[str]() if plain.isascii() else _scripts(plain)
    latin = sum(map(str.isalpha, folded)) - scripts.total()
    if scripts and (most := scripts.most_common(1)[0])[1] * 2 > latin:
        # Kana decides: Japanese is written with Chinese characters too.
        script = "ja" if scripts["ja"] and most[0] == "zh" else most[0]
        share = scripts[most[0]] / max(1, scripts.total() + latin)
        if script == "ar":
            script = "ur" if _URDU & set(plain) else "fa" if _PERSIAN & set(plain) else "ar"
        if script != "cyrl":
            return script, round(min(0.99, 0.6 + 0.4 * share), 2)
        return _by_words(plain, folded, among=("ru", "uk"), otherwise="ru")
    return _by_words(plain, folded, among=None, otherwise=UNKNOWN)


def _scripts(text: str) -> Counter[str]:
    found = Counter[str]()
    for char, count in Counter(text).items():
        code = ord(char)
        if code >= 0x370:
            name = next((name for name, first, last in _SCRIPTS if first <= code <= last), None)
            if name and char.isalpha():
                found[name] += count
    return found


def _by_words(plain: str, folded: str, among: tuple[str, ...] | None, otherwise: str) -> tuple[str, float]:
    words = _WORD.findall(folded)
    scores: dict[str, float] = {}
    for word in words:
        for language, weight in _PROFILES.get(word, ()):
            scores[language] = scores.get(language, 0.0) + weight
    if not plain.isascii():
        for char in set(plain.lower()) & _LETTERS.keys():
            told = _LETTERS[char].split()
            for language in told:
                scores[language] = scores.get(language, 0.0) + 1.5 / len(told)
    if among:
        scores = {language: score for language, score in scores.items() if language in among}
    if not scores:
        return otherwise, 0.55 if among else 0.2
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if score < 0.4:
        return otherwise, 0.3
    margin = (score - second) / (score + second)
    seen = min(1.0, score / 3)
    return best, round(min(0.99, 0.45 + 0.35 * margin * seen + 0.2 * seen), 2)
