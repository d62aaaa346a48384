"""Each field of an insight by rules: what it says of what people write."""

import pytest
from tests.analyzers.conversation.talk import insight, values

from faultline.analyzers.conversation import language, sentences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my parcel? It should have been here yesterday.", "en"),
        ("Wo bleibt mein Paket? Es sollte gestern da sein.", "de"),
        ("Bonjour, je n'ai pas reçu mon colis.", "fr"),
        ("Hola, todavía no me ha llegado el paquete.", "es"),
        ("Buongiorno, non ho ancora ricevuto il pacco.", "it"),
        ("Olá, ainda não recebi a minha encomenda.", "pt"),
        ("Hallo, ik heb mijn pakket nog steeds niet ontvangen.", "nl"),
        ("Hej, jag har inte fått mitt paket.", "sv"),
        ("Hei, en ole vielä saanut pakettia.", "fi"),
        ("Dzień dobry, nie mam jeszcze mojej paczki.", "pl"),
        ("Dobrý den, ještě nemám svůj balík.", "cs"),
        ("Merhaba, kargom hala gelmedi, ne zaman gelir?", "tr"),
        ("Halo, paket saya belum sampai.", "id"),
        ("Здравствуйте, мне не пришла посылка.", "ru"),
        ("Вітаю, я ще не отримав посилку, що робити?", "uk"),
        ("荷物がまだ届きません。", "ja"),
        ("我的包裹还没到。", "zh"),
        ("택배가 아직 안 왔어요.", "ko"),
        ("لم يصل طلبي بعد.", "ar"),
        ("هنوز بسته من نرسیده است، پیگیری کنید", "fa"),
        ("החבילה שלי עדיין לא הגיעה.", "he"),
        ("मेरा पार्सल अभी तक नहीं आया।", "hi"),
        ("Το δέμα μου δεν έφτασε.", "el"),
        ("ยังไม่ได้รับพัสดุ", "th"),
        ("12345 ???", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_told_by_script_and_small_words(text, code):
    assert language.detect(sentences.plain(text), sentences.fold(text))[0] == code


def test_japanese_with_many_chinese_characters_is_japanese():
    text = "予約確認書が未着です。至急対応願います。"
    assert language.detect(text, sentences.fold(text))[0] == "ja"


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("The battery is swollen and it is smoking!", "critical"),
        ("Production is down, all our customers are affected.", "critical"),
        ("I need this by tomorrow, my flight leaves tonight", "high"),
        ("No rush, whenever you have a moment. Not urgent at all.", "low"),
        ("This is not urgent: how do I export a report?", "low"),
        ("How do I export a report?", "normal"),
        ("Great app, love the new colours!", "low"),
        ("Das ist dringend, heute noch bitte", "high"),
    ],
)
def test_urgency_is_what_the_customer_says_of_danger_time_and_patience(text, urgency):
    found = insight(f"C: {text}").urgency
    assert found.value == urgency
    if urgency in ("critical", "high"):
        assert found.quote is not None


def test_no_anger_makes_an_emergency_of_a_parcel():
    said = "C: WORST SERVICE EVER!!! Third time I write, still nothing, I will never order again and I will sue you!"
    assert insight(said).urgency.value == "high"


@pytest.mark.parametrize(
    ("lines", "state", "shown"),
    [
        (("C: I can't log in.", "A: I've reset it.", "C: It works now, thanks!"), "resolved", "It works now, thanks!"),
        (("C: I can't log in.", "A: Try again.", "C: Still not working."), "unresolved", "Still not working."),
        (
            ("C: Refund me please", "A: I'll ask and get back to you by Friday."),
            "pending",
            "I'll ask and get back to you by Friday.",
        ),
        (
            ("C: Where is it?", "A: Could you send me the order number?"),
            "pending",
            "Could you send me the order number?",
        ),
        (("C: Where is my order?",), "unresolved", "Where is my order?"),
        (("C: Can I get a refund?", "A: Unfortunately that's against our policy."), "unresolved", None),
        (("C: Is it free?", "A: Yes, it is free for teams of up to five people."), "resolved", None),
        (("C: It is broken", "A: I've sent a new one.", "C: ok"), "resolved", "I've sent a new one."),
        (("C: It is broken", "B: Have you read our help pages?"), "unresolved", "It is broken"),
        (("C: Just wanted to say you are great!",), "unknown", None),
        (("A: Hello, is anybody there?",), "unresolved", None),
        (("C: It works now. Oh no, it is broken again, same error.", "A: Hm."), "unresolved", None),
        (("C: I want to cancel my account", "A: Why?", "C: I'm going to a competitor."), "unresolved", None),
        (("C: The app crashes.", "A: We'll fix it next week.", "C: Fine."), "pending", "We'll fix it next week."),
    ],
)
def test_the_last_turns_say_how_it_stands(lines, state, shown):
    found = insight(*lines).resolution
    assert found.value == state
    if shown:
        assert found.quote.text == shown


def test_a_promise_is_an_action_of_the_agent_with_the_day_it_is_due():
    found = insight("C: The router is dead.", "A: A technician will come tomorrow between 8 and 12.").actions
    assert [(item.owner, item.due) for item in found] == [("agent", "tomorrow between")] or found[0].due == "tomorrow"
    assert found[0].quote.text == "A technician will come tomorrow between 8 and 12."


def test_what_has_been_done_is_no_open_action():
    found = insight(
        "C: Please reset my password.", "A: I'll do that in a minute.", "A: I've reset it.", "C: Works, thanks."
    )
    assert found.actions == ()


def test_the_customer_owns_what_was_asked_last():
    found = insight("C: One glass is broken.", "A: Please send us a photo of it.").actions
    assert [(item.owner, item.text) for item in found] == [("customer", "Please send us a photo of it.")]


def test_courtesies_are_no_actions():
    found = insight("C: It is slow", "A: Please let me know if you need anything else. Happy to help!").actions
    assert found == ()


def test_what_is_named_is_found_with_its_type():
    said = (
        "C: Order #48213 from 3 March 2026 over $59.90 failed with error 503. "
        "I use version 4.12.1 on Android, see https://example.com/x."
    )
    assert set(values(insight(said).entities)) == {
        ("order", "48213"), ("date", "3 March 2026"), ("amount", "$59.90"), ("error", "503"), ("version", "4.12.1"),
        ("product", "Android"), ("url", "https://example.com/x"),
    }  # fmt: skip


def test_personal_data_is_masked_and_people_are_initials():
    said = "C: Hi, I'm Jane Doe, my card is 4111 1111 1111 1111 and my mail jane@example.com"
    found = values(insight(said, "A: Hello, my name is Marta.").entities)
    assert ("card", "[card ..1111]") in found
    assert ("email", "[email]") in found
    assert ("person", "J. D.") in found
    assert ("person", "Marta") in found
    assert not any("4111 1111" in value or "jane" in value.lower() for _, value in found)


def test_key_phrases_are_what_it_is_about():
    said = "C: The invoice export drops every emoji. The invoice export worked before the spring update."
    assert insight(said).key_phrases[0].value == "invoice export"


def test_a_summary_is_problem_answer_and_outcome_in_order():
    found = insight(
        "C: Hello. My export fails with an error since Monday.",
        "A: Sorry. I've restarted the worker.",
        "C: It works now, thanks.",
    ).summary
    assert found.text == (
        "My export fails with an error since Monday. I've restarted the worker. It works now, thanks."
    )
    assert [quote.message for quote in found.quotes] == [1, 2, 3]


def test_a_summary_is_bounded_whatever_was_written():
    assert len(insight("C: " + "problem " * 500, "A: " + "we will fix " * 500).summary.text) <= 600


def test_the_mood_drifts_over_the_turns():
    worse = insight(
        "C: Hello, great product! A small question.", "A: Read the manual.", "C: This is a terrible answer."
    )
    assert worse.sentiment.drift < -0.7
    better = insight("C: This is unacceptable!", "A: I've refunded it.", "C: Wonderful, thank you so much for that!")
    assert better.sentiment.drift > 0.7
    assert len(better.sentiment.turns) == 2


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to cancel my subscription", "cancellation"),
        ("There are payments I did not make, I was hacked", "fraud"),
        ("I forgot my password and cannot log in", "account-access"),
        ("I want my money back, please refund me", "refund"),
        ("Ich möchte meinen Vertrag kündigen", "cancellation"),
        ("blorb", "other"),
    ],
)
def test_the_intent_by_rules(text, intent):
    assert insight(f"C: {text}").intent.value == intent


def test_subjects_are_what_the_sentences_name():
    found = insight("C: You billed me twice and the parcel has not been delivered. Refund the payment.").topics
    assert [topic.value for topic in found] == ["billing", "delivery"]
