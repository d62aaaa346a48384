"""Whether a service of a compose file is one that somebody is developing, by what is mounted, built and started.

Half of the public compose files are named `docker-compose.yml` and are for a laptop all the same: the source is mounted
over what was built, the server reloads it, or the environment says `development`. Health checks and limits are not
missed there.
"""

from __future__ import annotations

import re
from typing import Any, Final

from faultline.analyzers.design.documents.services import ComposeService
from faultline.core.patterns import regex

_SOURCE: Final = regex(
    r"/(?:app|code|src|workspaces?|srv|opt/app|usr/src/\w{1,40}|home/node/\w{1,40}|var/www(?:/\w{1,40})?)/?"
    r"(?:src|app|code|lib)?/?$"
)
_STAGES: Final = regex(
    r"(?:NODE|APP|FLASK|RAILS|RACK|DJANGO|GO|MIX|ASPNETCORE|DOTNET)_?ENV(?:IRONMENT)?|SPRING_PROFILES_ACTIVE"
    r"|ENV(?:IRONMENT)?"
)
_RELOADS: Final = regex(r"\brun dev\b|\bstart:dev\b|\bdev:\w|--reload\b|\bnodemon\b|\bnext dev\b|\b(?:yarn|pnpm) dev\b")


def is_developed(service: ComposeService) -> bool:
    """Whether a service is run from the source that somebody is changing."""
    build = service.get("build")
    recipe = f"{build.get('dockerfile', '')} {build.get('target', '')}".lower() if isinstance(build, dict) else ""
    if "prod" in recipe or "prod" in str(service.get("env_file")).lower():
        return False
    return bool(
        re.search(r"[./_-]dev\b|\bdev(?:elopment)?\b", recipe)
        or _RELOADS.search(" ".join(map(str, _words(service.get("command")))))
        or any(
            _STAGES.fullmatch(each.name.upper()) and (each.value or "").lower() in ("dev", "development", "local")
            for each in service.environment
        )
        or any(
            each.kind == "bind" and each.source.startswith(".") and not each.read_only and _SOURCE.match(each.target)
            for each in service.volumes
        )
    )


def _words(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said or ""]
