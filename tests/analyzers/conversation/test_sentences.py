from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.conversation import sentences
from faultline.analyzers.conversation.conversation import Conversation, Message, Role


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text)]


def test_full_stops_of_abbreviations_initials_and_list_numbers_end_no_sentence():
    assert texts("Dr. Meyer called at 9 a.m. about it. I said no.") == [
        "Dr. Meyer called at 9 a.m. about it.",
        "I said no.",
    ]
    assert texts("J. Smith wrote. Nobody answered.") == ["J. Smith wrote.", "Nobody answered."]
    assert texts("1. Open it\n2. Wait") == ["1. Open it", "2. Wait"]


def test_small_letters_after_a_full_stop_are_a_sentence_as_people_chat():
    assert texts("ok. annoying but fine") == ["ok.", "annoying but fine"]


def test_versions_amounts_and_addresses_stay_whole():
    text = "Version 4.12.1 of app.example.com costs $3.50 now. Why?"
    assert texts(text) == ["Version 4.12.1 of app.example.com costs $3.50 now.", "Why?"]


def test_other_scripts_end_their_sentences_with_their_own_marks():
    assert texts("無法登入。請幫忙！") == ["無法登入。", "請幫忙！"]
    assert texts("لم يصل طلبي. أين هو؟ شكرا") == ["لم يصل طلبي.", "أين هو؟", "شكرا"]
    assert texts("मेरा पैसा कट गया। कृपया मदद करें।") == ["मेरा पैसा कट गया।", "कृपया मदद करें।"]


def test_what_never_ends_is_cut_at_a_space():
    pieces = texts("word " * 1000)
    assert max(map(len, pieces)) <= sentences.MAX_SENTENCE
    assert sum(piece.count("word") for piece in pieces) == 1000


def test_what_cannot_be_seen_hides_no_word():
    assert sentences.fold("U\u200brg\u00adent") == "urgent"
    assert sentences.fold("\uff35\uff52\uff47\uff45\uff4e\uff54") == "urgent"
    assert sentences.fold("D\u00e9\u00e7u, Stra\u00dfe") == "decu, strasse"


@given(st.text(max_size=2000))
def test_offsets_are_exact_in_order_and_lose_nothing_but_space(text):
    at = 0
    for start, end in sentences.split(text):
        assert at <= start < end <= len(text)
        assert end - start <= sentences.MAX_SENTENCE
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(st.text(max_size=600))
def test_every_quote_is_a_slice_of_its_message(text):
    for sentence in sentences.of_message(1, Message(Role.CUSTOMER, text, 1)):
        assert text[sentence.quote.start : sentence.quote.end] == sentence.quote.text


def test_a_million_characters_are_looked_at_in_part_and_it_says_so():
    long = Message(Role.CUSTOMER, "It does not work. " * 60_000, 7)
    conversation = Conversation("c", (long,), 7, 7)
    assert sum(len(each.text) for each in sentences.of_message(1, long)) <= sentences.MAX_LOOKED_AT
    assert sentences.unread(conversation) == ["line 7: of a message only the first 8,000 characters were looked at"]


def test_of_ten_thousand_messages_the_first_and_the_last_are_looked_at_and_it_says_so():
    messages = tuple(Message(Role.CUSTOMER, f"message {number}", number) for number in range(1, 10_001))
    conversation = Conversation("c", messages, 1, 10_000)
    looked = sentences.window(conversation)
    assert len(looked) == 200
    assert looked[0][0] == 1
    assert looked[-1][0] == 10_000
    assert sentences.unread(conversation) == [
        "line 1: of 10,000 messages only the first 60 and the last 140 were looked at"
    ]
