"""Who wrote a message: words that say it, and what names and greetings tell where none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from faultline.analyzers.conversation.conversation import Message, Role

_WORDS = {
    Role.CUSTOMER: (
        "customer client user visitor guest caller buyer shopper member subscriber contact consumer enduser requester "
        "requestor reporter human lead prospect patient passenger tenant student inbound incoming in you me kunde "
        "kundin besucher nutzer cliente usuario utilisateur visiteur utente klant klient kund bruker bezoeker "
        "клиент покупатель пользователь müşteri 客户 顾客 用户 顧客 お客様 고객 عميل العميل לקוח ग्राहक"
    ),
    Role.AGENT: (
        "agent support assistant operator representative rep csr advisor adviser specialist admin administrator staff "
        "employee team teammate helpdesk seller merchant outbound outgoing out manager associate consultant "
        "technician engineer moderator concierge host supervisor care service services helper mitarbeiter berater "
        "beraterin kundendienst kundenservice agente soporte conseiller conseillère operador operatore assistenza "
        "medewerker konsultant "
        "оператор поддержка агент менеджер temsilci destek 客服 担当者 サポート 상담원 وكيل الدعم "
        "נציג एजेंट"
    ),
    Role.BOT: (
        "bot chatbot ai llm model gpt autoresponder virtualassistant virtualagent ivr robot assistantbot бот 机器人 "
        "ボット"
    ),
    Role.SYSTEM: (
        "system automation automated notification event developer tool function status sistema système система workflow"
    ),
}
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split()}
# Words of chat logs of language models: there the assistant is a program. It answers a customer all the same.
_SEPARATORS = re.compile(r"[\W_]+")
_GREETING = re.compile(
    r"how (?:can|may|could) (?:i|we) (?:help|assist|be of)|(?:what|anything) can (?:i|we) (?:help|do for)"
    r"|thank(?:s| you) for (?:contacting|reaching|calling|getting in touch|chatting|waiting|choosing)"
    r"|thank(?:s| you) for your (?:patience|message|enquiry|inquiry)"
    r"|welcome to"
    r"|my name is \S+ (?:and|from|with)|you(?:'re| are) (?:chatting|speaking|now connected|through) (?:with|to)"
    r"|i(?:'ll| will) be (?:helping|assisting)|happy to help|glad to help|at your service"
    r"|i(?:'m| am) sorry to hear|let me (?:check|look|see|pull)|i(?:'d| would) be happy"
    r"|wie (?:kann|darf|können) (?:ich|wir) (?:ihnen|dir|euch|helfen)|willkommen bei"
    r"|vielen dank für (?:ihre|deine) (?:nachricht|anfrage)|guten tag,? (?:mein name|sie sprechen)"
    r"|comment (?:puis-je|pouvons-nous)|bienvenue|merci (?:de nous|d'avoir)"
    r"|en qu[ée] (?:puedo|podemos)|bienvenid|gracias por (?:contactar|comunicar)"
    r"|como posso (?:ajudar|ajudá)|come posso aiutar|waarmee kan ik|чем (?:могу|можем)",
    re.IGNORECASE,
)
MAX_OPENING = 2
"""An agent greets in one of its first messages, not in the middle."""


def role_of(words: str) -> Role:
    """The role that a word or a short phrase names: `Support agent`, `end-user`, `outbound`; UNKNOWN where none.

    A phrase counts as its last word that is a role, for English puts it there: `customer support` is an agent.
    """
    if len(words) > 60:
        return Role.UNKNOWN
    parts = [part for part in _SEPARATORS.split(words.casefold()) if part]
    if whole := _ROLES.get("".join(parts)):
        return whole
    for part in reversed(parts):
        if (role := _ROLES.get(part) or _ROLES.get(part.rstrip("0123456789"))) and len(part) > 2:
            return role
    return Role.UNKNOWN


def greets_like_an_agent(text: str) -> bool:
    """Whether a message begins a conversation as those do who are paid for it."""
    return bool(_GREETING.search(text[:400]))


def assigned(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The messages with roles for the names that carry none.

    Where a conversation has a customer, the other names are agents, and the other way round. Where it has neither, who
    writes first is the customer, unless it greets like an agent; then all others are customers.
    """
    names = list(
        dict.fromkeys(message.author for message in messages if message.author and message.role is Role.UNKNOWN)
    )
    if not names:
        return tuple(messages)
    known = {message.role for message in messages}
    if Role.CUSTOMER in known and not known & {Role.AGENT, Role.BOT}:
        roles = dict.fromkeys(names, Role.AGENT)
    elif Role.CUSTOMER not in known and known & {Role.AGENT, Role.BOT}:
        roles = dict.fromkeys(names, Role.CUSTOMER)
    elif Role.CUSTOMER not in known:
        first = names[0]
        opening = [message.text for message in messages if message.author == first][:MAX_OPENING]
        agent_first = greets_like_an_agent(opening[0]) if opening else False
        others = Role.CUSTOMER if agent_first else Role.AGENT
        roles = dict.fromkeys(names, others) | {first: Role.AGENT if agent_first else Role.CUSTOMER}
    else:
        roles = dict.fromkeys(names, Role.AGENT)
    return tuple(
        replace(message, role=roles[message.author]) if message.role is Role.UNKNOWN and message.author else message
        for message in messages
    )
