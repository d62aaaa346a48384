"""Conversations from files of every shape."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.readers.records import Gathering
from faultline.analyzers.conversation.reading import Fault, read
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

Read = tuple[list[Conversation], list[Fault]]


def reads(data: str | bytes) -> Read:
    raw = data.encode() if isinstance(data, str) else data
    found = list(read(Artifact.from_bytes("conversation", "a.txt", raw)))
    return [c for c in found if isinstance(c, Conversation)], [f for f in found if isinstance(f, Fault)]


def said(conversation: Conversation) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in conversation.messages]


def lines(conversation: Conversation) -> list[int]:
    return [message.line for message in conversation.messages]


class TestJsonLines:
    def test_a_line_with_messages_is_a_conversation(self) -> None:
        (one, two), faults = reads(
            '{"id": "a", "channel": "chat", "messages": [{"role": "user", "content": "hi"},'
            ' {"role": "assistant", "content": [{"type": "text", "text": "hello"}]}]}\n'
            '{"conversation_id": 7, "turns": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}\n'
        )
        assert (one.id, one.channel, one.line, one.end_line) == ("a", "chat", 1, 1)
        assert said(one) == [("customer", "hi"), ("agent", "hello")]
        assert (two.id, said(two)) == ("7", [("customer", "q"), ("bot", "a")])
        assert faults == []

    def test_messages_of_one_conversation_may_stand_apart(self) -> None:
        (one, two), _ = reads(
            '{"Conversation ID": "a", "Sender": "customer", "Body": "one", "Created At": 1777629720}\n'
            '{"Conversation ID": "b", "Sender": "customer", "Body": "two"}\n'
            '{"Conversation ID": "a", "Sender": "agent", "Body": "three", "Created At": "1777629780000"}\n'
        )
        assert (one.id, one.line, one.end_line, lines(one)) == ("a", 1, 3, [1, 3])
        assert [message.time for message in one.messages] == [
            datetime(2026, 5, 1, 10, 2, tzinfo=UTC),
            datetime(2026, 5, 1, 10, 3, tzinfo=UTC),
        ]
        assert (two.id, said(two)) == ("b", [("customer", "two")])

    def test_texts_alone_are_a_conversation_each(self) -> None:
        found, _ = reads('{"text": "one"}\n"two"\n{"id": "x", "feedback": "three"}\n')
        assert [said(one) for one in found] == [[("unknown", "one")], [("unknown", "two")], [("unknown", "three")]]
        assert found[2].id == "x"

    def test_the_talk_of_two_without_an_id_is_one_conversation(self) -> None:
        found, _ = reads('{"role": "user", "content": "a"}\n{"role": "assistant", "content": "b"}\n')
        assert [said(one) for one in found] == [[("customer", "a"), ("agent", "b")]]

    def test_a_broken_line_costs_itself_only(self) -> None:
        found, faults = reads('{"text": "one"}\n{"text": "two"}\n{"text": "thr\n{"text": "four"}\n17\n{"no": 1}\n')
        assert [one.messages[0].text for one in found] == ["one", "two", "four"]
        assert [(fault.line, fault.lost) for fault in faults] == [(3, True), (5, True), (6, True)]
        assert str(faults[0]) == "line 3: is not JSON: unterminated string at column 10"
        assert faults[1].reason == "is a number, neither a conversation nor a message"
        assert faults[2].reason == "has no text; its fields are: no"

    def test_a_broken_first_line_is_no_other_shape(self) -> None:
        found, faults = reads('{"text": "o\n{"text": "two"}\n')
        assert [one.messages[0].text for one in found] == ["two"]
        assert [fault.line for fault in faults] == [1]

    def test_nothing_readable_is_no_answer_but_a_rejection(self) -> None:
        with pytest.raises(ArtifactRejected, match=r"holds no conversation that can be read; line 1: is not JSON"):
            reads('{"text": "o\n{"text": 1}\n')

    @pytest.mark.parametrize("line", ["[" * 100_000, '{"text": ' + "9" * 5000 + "}", '{"a": ' * 5000])
    def test_json_made_to_hurt_is_a_fault(self, line: str) -> None:
        found, faults = reads('{"text": "fine"}\n' + line + "\n")
        assert len(found) == len(faults) == 1

    def test_half_of_a_surrogate_pair_is_replaced(self) -> None:
        (one,), _ = reads('{"id": "\\ud800a", "text": "\\ud83d\\ude00 \\ud83d", "author": "\\udfff"}\n')
        assert one.messages[0].text == "\U0001f600 \ufffd"
        assert json.dumps([one.id, one.messages[0].author]).encode()
        one.id.encode()

    @pytest.mark.parametrize(
        ("record", "role"),
        [
            ({"author": {"type": "user", "name": "Ann"}}, Role.CUSTOMER),
            ({"author": {"type": "admin", "name": "Tom"}}, Role.AGENT),
            ({"sender_type": "end-user"}, Role.CUSTOMER),
            ({"direction": "outbound"}, Role.AGENT),
            ({"inbound": True}, Role.CUSTOMER),
            ({"inbound": "False"}, Role.AGENT),
            ({"is_agent": 1}, Role.AGENT),
            ({"is_agent": False}, Role.CUSTOMER),
            ({"is_bot": True}, Role.BOT),
            ({"is_bot": False}, Role.UNKNOWN),
            ({"from": "Support Team"}, Role.AGENT),
            ({"speaker": "Kunde"}, Role.CUSTOMER),
            ({"speaker": "客服"}, Role.AGENT),
            ({"role": "system"}, Role.SYSTEM),
            ({"type": "comment", "author": "bot"}, Role.BOT),
            ({}, Role.UNKNOWN),
        ],
    )
    def test_a_role_is_known_by_many_words(self, record: dict[str, object], role: Role) -> None:
        (one,), _ = reads(json.dumps(record | {"text": "x"}) + "\n")
        assert one.messages[0].role is role

    def test_a_help_desk_keeps_its_first_message_apart(self) -> None:
        (one,), _ = reads(
            '{"id": "17", "source": {"body": "broken", "author": {"type": "user", "name": "A"}}, "conversation_parts":'
            ' {"conversation_parts": [{"body": "sorry", "author": {"type": "admin", "name": "T"}}]}}\n'
        )
        assert said(one) == [("customer", "broken"), ("agent", "sorry")]

    def test_a_transcript_in_a_field_is_taken_apart(self) -> None:
        (one, two), _ = reads(
            '{"id": 1, "transcript": "Agent: Hello\\nCustomer: It broke\\nin two"}\n'
            '{"id": 2, "messages": ["Customer: late", "Agent: sorry", "just words"]}\n'
        )
        assert said(one) == [("agent", "Hello"), ("customer", "It broke\nin two")]
        assert said(two) == [("customer", "late"), ("agent", "sorry"), ("unknown", "just words")]

    def test_messages_without_text_are_left_out(self) -> None:
        (one,), faults = reads('{"messages": [{"role": "user"}, {"role": "user", "text": "x"}]}\n{"messages": [{}]}\n')
        assert said(one) == [("customer", "x")]
        assert faults == [Fault(2, "has 1 messages, and none of them has a text")]


class TestJsonDocument:
    def test_the_elements_of_an_array_know_their_lines(self) -> None:
        (one, two, three), _ = reads(
            '[\n  {"id": 1, "messages": [\n    {"from": "customer", "text": "hi \\u00e9"},\n'
            '    {"from": "agent", "text": "ho"}\n  ]},\n  {"id": 2, "text": "two"},\n  "three"\n]\n'
        )
        assert (one.line, one.end_line, lines(one)) == (2, 5, [3, 4])
        assert (two.line, two.id, three.line) == (6, "2", 7)

    def test_after_a_broken_element_reading_goes_on(self) -> None:
        found, faults = reads('[\n  {"id": 1, "text": "a"},\n  {"id": 2, oops},\n  {"id": 3, "text": "c"}\n]\n')
        assert [one.id for one in found] == ["1", "3"]
        assert [(fault.line, fault.lost) for fault in faults] == [(3, True)]

    def test_elements_at_the_beginning_of_lines_are_found_again(self) -> None:
        found, faults = reads('[{"id": 1, oops},\n{"id": 2, "text": "b"},\n{"id": 3, "text": "c"}]\n')
        assert [(one.id, one.line) for one in found] == [("2", 2), ("3", 3)]
        assert [fault.line for fault in faults] == [1]

    def test_a_list_inside_an_object_is_opened(self) -> None:
        found, _ = reads(
            '{\n "exported": "x",\n "data": [\n  {"id": "1", "text": "a"},\n  {"id": "2", "text": "b"}\n ]\n}'
        )
        assert [(one.id, one.line) for one in found] == [("1", 4), ("2", 5)]

    def test_an_object_of_messages_is_one_conversation(self) -> None:
        found, _ = reads(
            '{\n "id": "x",\n "messages": [\n  {"role": "user", "text": "a"},\n  {"role": "bot", "text": "b"}\n ]}'
        )
        assert [(one.id, lines(one)) for one in found] == [("x", [4, 5])]

    def test_an_array_of_messages_is_one_conversation(self) -> None:
        found, _ = reads('[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]')
        assert [said(one) for one in found] == [[("customer", "a"), ("agent", "b")]]

    def test_several_objects_in_a_row_are_read(self) -> None:
        found, _ = reads('{\n "text": "a"\n}\n{\n "text": "b"\n}\n')
        assert [one.messages[0].text for one in found] == ["a", "b"]

    @pytest.mark.parametrize(
        "cut",
        [
            '[\n {"id": 1, "text": "a"},\n {"id": 2, "te',
            '{\n "data": [\n {"id": 1, "text": "a"}',
            '{\n "text": "a",\n oops',
        ],
    )
    def test_a_document_that_ends_early_says_where(self, cut: str) -> None:
        if "oops" in cut:
            with pytest.raises(ArtifactRejected, match="line 3: is not JSON: a field's name was expected"):
                reads(cut)
            return
        found, faults = reads(cut)
        assert [one.id for one in found] == ["1"]
        assert faults
        assert all(fault.lost for fault in faults)

    def test_a_large_document_is_read_element_by_element(self) -> None:
        many = [{"id": str(n), "messages": [{"role": "user", "text": "x" * 100 + str(n)}]} for n in range(20_000)]
        found, faults = reads(json.dumps(many, indent=1))
        assert [one.id for one in found] == [str(n) for n in range(20_000)]
        assert found[-1].line == 2 + 19_999 * 9
        assert faults == []

    @pytest.mark.parametrize(
        ("data", "texts"),
        [
            ('[\n"one",\n"two"\n]', ["one", "two"]),
            ('{\n "items": [\n  {"text": "one"},\n  {"text": "two"}\n ]\n}', ["one", "two"]),
            ('{\n "thread": [\n  {"id": "x", "messages": [{"text": "one"}]}\n ]\n}', ["one"]),
            ('[\n {"text": "one", "n": 1.5},\n 17,\n null,\n {"text": "two"}\n]', ["one", "two"]),
            ('[\n ["Agent: one", "Customer: two"]\n]', ["one"]),
            ('{"a": 1,\n "transcript": "[{\\"role\\": \\"user\\", \\"text\\": \\"one\\"}]"\n}', ["one"]),
            ('{\n "text": "one"\n}\n17\n', ["one"]),
        ],
    )
    def test_documents_of_other_shapes_are_read(self, data: str, texts: list[str]) -> None:
        found, _ = reads(data)
        assert [one.messages[0].text for one in found] == texts

    def test_a_broken_field_names_its_line(self) -> None:
        with pytest.raises(ArtifactRejected, match="line 3: is not JSON"):
            reads('{\n "id": "x",\n "text": oops\n}')

    def test_far_behind_something_broken_reading_goes_on(self) -> None:
        junk = "x" * (3 << 20)
        found, faults = reads('[\n {"text": "a"},\n {"text" ' + junk + '},\n {"text": "b"}\n]')
        assert [one.messages[0].text for one in found] == ["a", "b"]
        assert [fault.line for fault in faults] == [3]


class TestTable:
    def test_rows_of_one_id_are_a_conversation(self) -> None:
        (one, two), _ = reads(
            "ticket_id,created_at,author,role,channel,message\r\n"
            '1,2026-05-01 10:00,Anna,customer,mail,"Hi, there\r\nsecond"\r\n'
            '1,2026-05-01 10:02,Tom,agent,mail,"said ""ok"""\r\n'
            "2,,Bea,customer,,help\r\n"
        )
        assert (one.id, one.channel, one.line, one.end_line, lines(one)) == ("1", "mail", 2, 4, [2, 4])
        assert said(one) == [("customer", "Hi, there\nsecond"), ("agent", 'said "ok"')]
        assert one.messages[0].author == "Anna"
        assert (two.id, two.channel, two.messages[0].time) == ("2", None, None)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found(self, delimiter: str) -> None:
        found, _ = reads(delimiter.join(["id", "text"]) + "\n" + delimiter.join(["1", '"a,b;c|d"']) + "\n")
        assert [(one.id, one.messages[0].text) for one in found] == [("1", "a,b;c|d")]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "utf-16-le", "utf-16-be", "utf-32"])
    def test_what_excel_writes_is_read(self, encoding: str) -> None:
        found, faults = reads("Datum;Text\r\n01.05.2026;Grüße, kaputt\r\n02.05.2026;schön\r\n".encode(encoding))
        assert [one.messages[0].text for one in found] == ["Grüße, kaputt", "schön"]
        assert found[0].messages[0].time == datetime(2026, 5, 1, tzinfo=UTC)
        assert [fault.reason for fault in faults] == (
            ["as UTF-8, which it is not, but as Windows-1252"] if encoding == "cp1252" else []
        )
        assert not any(fault.lost for fault in faults)

    def test_cyrillic_without_utf_8_is_read(self) -> None:
        text = "\u041d\u0435 \u0440\u0430\u0431\u043e\u0442\u0430\u0435\u0442 \u043e\u043f\u043b\u0430\u0442\u0430"
        (one,), _ = reads(f"id;text\n1;{text}\n".encode("cp1251"))
        assert one.messages[0].text == text

    def test_a_mac_s_line_ends_are_line_ends(self) -> None:
        found, _ = reads("id,text\r1,one\r2,two\r")
        assert [(one.id, one.line) for one in found] == [("1", 2), ("2", 3)]

    def test_a_quote_never_closed_costs_its_line(self) -> None:
        found, faults = reads('id,text\n1,"never closed\n2,fine text\n3,"good, one"\n')
        assert [one.id for one in found] == ["2", "3"]
        assert faults == [Fault(2, "has a quote that is never closed")]
        _, faults = reads('id,text\n2,fine text\n1,"never closed\n')
        assert [fault.line for fault in faults] == [3]

    def test_a_lone_carriage_return_is_no_row_s_end(self) -> None:
        (one,), _ = reads('id,text\n"1",it\rbroke\n')
        assert (one.id, one.messages[0].text) == ("1", "it broke")

    def test_quotes_may_be_escaped_with_a_backslash(self) -> None:
        (one,), _ = reads('id,text\n1,"it says \\"no\\", always"\n')
        assert one.messages[0].text == 'it says "no", always'

    def test_a_table_without_a_header_is_guessed(self) -> None:
        found, _ = reads("17,2026-05-01,Where is my order?\n18,2026-05-02,It broke again\n")
        assert [(said(one), one.messages[0].time) for one in found] == [
            ([("unknown", "Where is my order?")], datetime(2026, 5, 1, tzinfo=UTC)),
            ([("unknown", "It broke again")], datetime(2026, 5, 2, tzinfo=UTC)),
        ]

    def test_a_guessed_table_of_two_speakers_keeps_them_together(self) -> None:
        found, _ = reads("c1\tcustomer\tWhere is it?\nc1\tagent\tOn its way.\nc2\tcustomer\tIt broke again\n")
        assert [(one.id, len(one.messages)) for one in found] == [("c1", 2), ("c2", 1)]

    def test_one_column_of_texts_needs_no_delimiter(self) -> None:
        found, _ = reads("text\nhello, you there\n\ngoodbye\n")
        assert [one.messages[0].text for one in found] == ["hello, you there", "goodbye"]

    def test_an_unquoted_delimiter_stays_in_the_text(self) -> None:
        (one, two), faults = reads("id,text,channel\n1,well, it broke, again,mail\n2,fine,chat\nlonely\n")
        assert (one.messages[0].text, one.channel) == ("well, it broke, again", "mail")
        assert two.channel == "chat"
        assert faults == [Fault(4, "has 1 column where the header has 3")]

    def test_two_columns_of_one_name_are_two(self) -> None:
        (one,), _ = reads("id,text,text,\n1,first,second,x\n")
        assert one.messages[0].text == "first"


def written(first: str, second: str, third: str, *, below: bool = False) -> str:
    """The same three messages under the headings that one program gives them."""
    gap, end = ("\n", "\n") if below else ("", "")
    return f"{first}{gap}Hello there\n{end}{second}{gap}It broke: fully\nin two\n{end}{third}{gap}Sorry\n"


TRANSCRIPTS = {
    "roles": written("Agent: ", "Customer: ", "\nAgent: "),
    "times": written("[10:02] Anna (support): ", "[10:03] Bob: ", "[10:04] Anna (support): "),
    "an export": written("2026-05-01 10:02 - Agent: ", "2026-05-01 10:03 - Customer: ", "2026-05-01 10:04 - Agent: "),
    "a messenger": written(
        "01/05/2026, 10:02 - Shop: How can I help? ", "01/05/2026, 10:03 - Bob: ", "01/05/2026, 10:04 - Shop: "
    ),
    "an iphone": written(
        "[01.05.26, 10:02:11] Agent Tom: ", "\u200e[01.05.26, 10:03:12] Bob: ", "[01.05.26, 10:04:13] Agent Tom: "
    ),
    "a help desk": written("10:02 AM | Tom from Support: ", "10:03 AM | Visitor 12: ", "10:04 AM | Tom from Support: "),
    "a chat widget": written("(10:02:33) Tom (agent): ", "(10:03:01) Bob: ", "(10:04:00) Tom (agent): "),
    "bold names": written("**Agent:** ", "**Customer:** ", "**Agent:** "),
    "headings": written("Tom (support)  10:02 AM", "Bob Miller  10:03 AM", "Tom (support)  10:04 AM", below=True),
    "iso": written("2026-05-01T10:02:00Z Agent: ", "2026-05-01T10:03:00Z Customer: ", "2026-05-01T10:04:00Z Agent: "),
}


class TestTranscript:
    @pytest.mark.parametrize("shape", TRANSCRIPTS)
    def test_every_way_of_writing_a_chat_gives_the_same_talk(self, shape: str) -> None:
        (one,), faults = reads(TRANSCRIPTS[shape])
        texts = [(role, text.replace("How can I help? ", "")) for role, text in said(one)]
        assert texts == [("agent", "Hello there"), ("customer", "It broke: fully\nin two"), ("agent", "Sorry")]
        assert faults == []

    def test_who_writes_first_is_the_customer(self) -> None:
        (one,), _ = reads("Anna: hi, my order is late\nTom: sorry\nAnna: when?\nNote: bring it\n")
        assert said(one) == [
            ("customer", "hi, my order is late"),
            ("agent", "sorry"),
            ("customer", "when?\nNote: bring it"),
        ]

    def test_unless_it_greets_like_an_agent(self) -> None:
        (one,), _ = reads("Tom: Thank you for contacting us!\nAnna: my order is late\n")
        assert [role for role, _ in said(one)] == ["agent", "customer"]

    def test_a_role_beside_names_settles_the_names(self) -> None:
        (one,), _ = reads("Bot: Choose a topic\nAnna: billing\nTom (support): hello\n")
        assert [role for role, _ in said(one)] == ["bot", "customer", "agent"]
        (two,), _ = reads("Customer: it broke\nTom: sorry\n")
        assert [role for role, _ in said(two)] == ["customer", "agent"]
        (three,), _ = reads("Customer: it broke\nAgent: sorry\nTom: I take over\nTom: done\n")
        assert [role for role, _ in said(three)][2:] == ["agent", "agent"]

    def test_dashes_and_headings_divide_conversations(self) -> None:
        found, _ = reads(
            "Customer: one\nAgent: yes\n---\nCustomer: two\n\nConversation 17\nCustomer: three\n\n"
            "Chat #18 started on 2026-05-01\n(10:02:01) Visitor: four\n*** Visitor has left the chat ***\n=====\n\n"
        )
        assert [one.messages[0].text for one in found] == ["one", "two", "three", "four"]
        assert [one.id for one in found][2:] == ["17", "18"]
        assert said(found[3])[1] == ("system", "Visitor has left the chat")
        assert [(one.line, one.end_line) for one in found] == [(1, 2), (4, 4), (7, 7), (10, 11)]

    def test_a_line_of_the_program_is_nobody_s(self) -> None:
        (one,), _ = reads(
            "01/05/2026, 10:01 - Messages and calls are end-to-end encrypted.\n01/05/2026, 10:02 - Bob: hi\n"
            "13/05/2026, 10:05 - Tom: yes\n"
        )
        assert [role for role, _ in said(one)] == ["system", "customer", "agent"]
        assert one.messages[2].time == datetime(2026, 5, 13, 10, 5, tzinfo=UTC)

    def test_clocks_that_run_backwards_change_nothing_and_are_told(self) -> None:
        (one,), faults = reads(
            "2026-05-01 10:02 - Customer: a\n2026-05-01 10:01 - Agent: b\n2026-05-01 10:05 - Customer: c\n"
        )
        assert [text for _, text in said(one)] == ["a", "b", "c"]
        assert faults == [
            Fault(
                2,
                "by its clock, which is earlier than that of the message before it, but in the order written",
                lost=False,
            )
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "Hello,\n\nmy order 17 is late. Note: it was urgent.\n\nRegards\nAnna\n",
            "Dear team: my order is late\nOrder: 17\nTotal: 20 EUR\n",
            "just one line, without a name",
            "https://example.com/a\nhttps://example.com/b\n",
            "The time is 10:30: please call me\nthank you\n",
        ],
    )
    def test_other_text_is_one_message(self, text: str) -> None:
        (one,), _ = reads(text)
        assert said(one) == [("unknown", text.strip("\n"))]

    def test_dashes_divide_plain_text_too(self) -> None:
        found, _ = reads("first letter\n\n---\n\nsecond letter\n")
        assert [one.messages[0].text for one in found] == ["first letter", "second letter"]

    def test_right_to_left_and_invisible_characters_stay_as_they_are(self) -> None:
        customer, agent = "\u0627\u0644\u0639\u0645\u064a\u0644", "\u0627\u0644\u062f\u0639\u0645"
        text = "\u0645\u0631\u062d\u0628\u0627\u200b \u0628\u0643\u0645"
        (one,), _ = reads(f"{customer}: {text}\n{agent}: {text}\n")
        assert said(one) == [("customer", text), ("agent", text)]


class TestBadInput:
    def test_an_empty_file_holds_nothing(self) -> None:
        assert reads("") == reads("\n\n  \n") == ([], [])

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"text\0binary", "binary"),
            (bytes(range(1, 32)) * 100, "control characters"),
            (b"PK\x03\x04rest", "zip archive or an Excel workbook"),
            (b"\x1f\x8brest", "compressed with gzip"),
            (b"\x28\xb5\x2f\xfdrest", "compressed with zstd"),
            (b"%PDF-1.7", "PDF"),
            (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        ],
    )
    def test_what_is_no_text_is_rejected(self, data: bytes, reason: str) -> None:
        with pytest.raises(ArtifactRejected, match=reason):
            reads(data)

    def test_what_is_not_utf_8_is_read_all_the_same_in_json(self) -> None:
        (one,), _ = reads('[\n {"text": "schön"}\n]'.encode("cp1252"))
        assert one.messages[0].text == "schön"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_line_longer_than_any_is_left_out(self, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
        monkeypatch.setattr("faultline.analyzers.conversation.readers.source.MAX_LINE_BYTES", 1 << 10)
        data = '{"text": "one"}\n{"text": "' + "x" * 5000 + '"}\n{"text": "three"}\n'
        found, faults = reads(data.encode(encoding))
        assert [one.messages[0].text for one in found] == ["one", "three"]
        assert [fault.line for fault in faults] == [2]

    def test_a_file_too_large_for_anybody_is_rejected(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("faultline.analyzers.conversation.readers.source.SIZE_LIMIT", 10)
        with pytest.raises(ArtifactRejected, match="larger than 5 GB"):
            reads("Customer: it broke")

    def test_zero_bytes_far_down_cost_their_line(self) -> None:
        many = b'{"text": "fine and long enough"}\n' * 10_000
        found, faults = reads(many + b'{"text": "\0"}\n' + b'{"text": "last"}\n')
        assert len(found) == 10_001
        assert faults == [Fault(10_001, "holds zero bytes: binary, not text")]

    def test_a_message_of_a_megabyte_is_kept_whole(self) -> None:
        long = "word " * 200_000
        for data in (json.dumps({"text": long}), "id,text\n1," + long, "Customer: " + long + "\nAgent: ok\n"):
            (one,), _ = reads(data)
            assert one.messages[0].text.strip() == long.strip()

    def test_ten_thousand_messages_are_one_conversation(self) -> None:
        many = [{"role": "user" if n % 2 else "agent", "text": f"m{n}"} for n in range(10_000)]
        transcript = "".join(f"{'Customer' if n % 2 else 'Agent'}: m{n}\n" for n in range(10_000))
        rows = "\n".join(json.dumps({"chat_id": 1} | each) for each in many)
        for data in (json.dumps({"messages": many}), transcript, rows):
            (one,), faults = reads(data)
            assert [message.text for message in one.messages] == [each["text"] for each in many]
            assert faults == []

    def test_more_messages_than_a_conversation_may_have_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Gathering, "MAX_MESSAGES", 3)
        (one,), faults = reads("".join(json.dumps({"chat_id": 1, "text": str(n)}) + "\n" for n in range(6)))
        assert len(one.messages) == 3
        assert faults == [Fault(4, "is past the 3 messages a conversation may have")]

    def test_what_waits_for_more_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Gathering, "MAX_WAITING", 2.5 * (Gathering.WEIGHT + 4))
        found, _ = reads("".join(json.dumps({"chat_id": n % 2, "text": f"{n}234"}) + "\n" for n in range(4)))
        assert [one.id for one in found] == ["1", "0", "1 (part 2)"]
        assert sorted(message.text for one in found for message in one.messages) == ["0234", "1234", "2234", "3234"]

    def test_an_id_made_of_content_is_the_same_again_and_never_twice(self) -> None:
        first, _ = reads('{"text": "same"}\n{"text": "same"}\n')
        again, _ = reads('"other"\n{"text": "same"}\n')
        assert first[0].id == again[1].id
        assert first[1].id == first[0].id + "-2"


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
TEXTS = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
ROLES = st.sampled_from([Role.CUSTOMER, Role.AGENT, Role.BOT])
START = datetime(2026, 5, 1, tzinfo=UTC)
TALKS = st.lists(st.lists(st.tuples(ROLES, TEXTS), min_size=1, max_size=5), min_size=1, max_size=5)


def talks(given: list[list[tuple[Role, str]]]) -> list[Conversation]:
    return [
        Conversation(
            f"c-{n}",
            tuple(Message(role, text, 1, START + timedelta(minutes=m)) for m, (role, text) in enumerate(talk)),
            1,
            1,
        )
        for n, talk in enumerate(given)
    ]


def told(conversations: list[Conversation]) -> list[tuple[str, list[tuple[Role, str, datetime | None]]]]:
    return [(one.id, [(m.role, m.text, m.time) for m in one.messages]) for one in conversations]


class TestRoundTrips:
    @settings(deadline=None)
    @given(TALKS, st.booleans(), st.booleans())
    def test_json_comes_back(self, given_talks: list[list[tuple[Role, str]]], ascii_only: bool, document: bool) -> None:
        wanted = talks(given_talks)
        records = [
            {"id": one.id, "messages": [{"role": m.role, "text": m.text, "time": str(m.time)} for m in one.messages]}
            for one in wanted
        ]
        text = (
            json.dumps(records, ensure_ascii=ascii_only, indent=2)
            if document
            else "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
        )
        found, faults = reads(text)
        assert told(found) == told(wanted)
        assert faults == []

    @settings(deadline=None)
    @given(TALKS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    def test_tables_come_back(self, given_talks: list[list[tuple[Role, str]]], delimiter: str, encoding: str) -> None:
        wanted = talks(given_talks)
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(["conversation_id", "created_at", "role", "message"])
        for one in wanted:
            writer.writerows([one.id, str(m.time), m.role, m.text] for m in one.messages)
        found, faults = reads(out.getvalue().encode(encoding))
        assert told(found) == told(wanted)
        assert faults == []

    @settings(deadline=None)
    @given(TALKS)
    def test_transcripts_come_back(self, given_talks: list[list[tuple[Role, str]]]) -> None:
        assume(not any(re.fullmatch(r"\W+", text) for talk in given_talks for _, text in talk))
        wanted = talks(given_talks)
        text = "\n---\n".join(
            "\n".join(f"[{m.time:%Y-%m-%d %H:%M}] {m.role.capitalize()}: {m.text}" for m in one.messages if m.time)
            for one in wanted
        )
        found, faults = reads(text)
        assert [each for _, each in told(found)] == [each for _, each in told(wanted)]
        assert faults == []

    @settings(deadline=None)
    @given(st.text(max_size=400) | st.binary(max_size=200))
    def test_any_bytes_are_read_or_rejected(self, data: str | bytes) -> None:
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        try:
            found, faults = reads(raw)
        except ArtifactRejected:
            return
        for one in found:
            assert one.messages
            assert 1 <= one.line <= one.end_line
            json.dumps([one.id, *(m.text for m in one.messages)], ensure_ascii=False).encode()
        assert all(fault.line >= 1 for fault in faults)
