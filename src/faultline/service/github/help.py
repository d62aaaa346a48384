"""The answer to `/faultline help`: once at a pull request, for everybody may ask, and as often as they like."""

from __future__ import annotations

import structlog

from faultline.core.errors import FaultlineError
from faultline.platform.database import SYSTEM
from faultline.service.github.events import CommandGiven
from faultline.service.github.store import InstallationStore
from faultline.service.github.writing import mark, marked
from faultline.service.parts import Parts

WORDS = """\
**Faultline** reviews what a pull request brings. Whoever may write to this repository can tell it:

- `/faultline review`: look at this pull request again.
- `/faultline ignore RULE [reason]`: hear no more of a rule at this pull request; `style/*` means several. As an answer
  to one of its comments, and without a rule, it means that finding.

A comment at a line goes away by itself once what it is about is gone."""
_log = structlog.get_logger()


async def answer_help(parts: Parts, event: CommandGiven) -> None:
    """Say what Faultline can be told, unless the pull request has that answer already."""
    try:
        async with parts.database.unit(SYSTEM, write=False) as unit:
            linked = await InstallationStore(unit.session).numbered(event.installation_id)
        if linked is None or linked.suspended:
            return
        installation, repo = parts.github.installation(event.installation_id), event.repository.full_name
        login = await installation.own_login()
        for comment in await installation.issue_comments(repo, event.number):
            if comment.author == login and marked(comment.body) == ("help", ""):
                return
        await installation.create_issue_comment(repo, event.number, f"{WORDS}\n\n{mark('help')}")
    except FaultlineError as error:
        # Nobody waits for it, and who asks again gets it then.
        _log.warning("no answer to a call for help", reason=str(error))
