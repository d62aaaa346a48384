"""Reports that were kept as JSON, as reports again."""

from __future__ import annotations

import json

from faultline.core.report import Report, Result
from faultline.engine.merge import merge
from faultline.engine.registry import Registry


def parse(data: bytes, *, name: str | None = None, registry: Registry | None = None) -> Report:
    """The report in its JSON, with its kind's typed result.

    Args:
        data: what `Report.model_dump_json` wrote.
        name: what the artifact is called now; the same bytes may come back under another name.
        registry: knows the kinds' results; None for everything installed.

    Raises:
        ValueError: it is no report, or not of this version.
        UsageError: nobody knows its kind any more.

    """
    fields = json.loads(data)
    try:
        result: Result | None = None
        if fields["result"] is not None:
            result_type = (registry or Registry.installed()).load(fields["kind"]).result_type
            result = result_type.model_validate(fields["result"])
        old = fields["artifact"]["name"]
        if name is not None and name != old:
            fields["artifact"]["name"] = name
            for finding in fields["findings"]:
                if finding["location"] and finding["location"]["path"] == old:
                    finding["location"]["path"] = name
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a report: {error!r}") from error
    report = Report.model_validate({**fields, "result": result})
    return report.model_copy(update={"findings": merge(report.findings)})  # a path takes part in the rank
