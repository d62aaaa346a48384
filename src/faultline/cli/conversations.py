"""`faultline conversations`: says what customers say; `faultline conversations train` learns a team's own intents."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from faultline.cli.exits import EPILOG as EXITS
from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Models, NoCache, Timings

EPILOG = examples(
    "faultline conversations chats.jsonl",
    "faultline conversations tickets.csv --format markdown",
    "zcat export.jsonl.gz | faultline conversations - --format jsonl",
    "faultline conversations chats.csv --taxonomy support.taxonomy --fail-on high",
    "faultline conversations train labels.csv -o support.taxonomy",
)
TRAIN_EPILOG = examples(
    "faultline conversations train labels.csv",
    "faultline conversations train labels.jsonl -o support.taxonomy --json",
).removesuffix(EXITS) + (
    "Exit codes:\n\n\b\n"
    "  0   the taxonomy is written\n"
    "  2   bad input or usage: nothing is written\n"
    "  70  a defect of ours; FAULTLINE_DEBUG=1 shows where"
)


class FilesOrCommand(TyperGroup):
    """A group that does its own work on the files it is given, unless the first word is one of its commands.

    A file that is called like a command is given as `./train`.
    """

    allow_interspersed_args = True

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """See click.Command: the context of what is to be done, which knows its command."""
        if args and (command := self.commands.get(args[0])) is not None:
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """See click.Command: the usage without the commands, which the list below it names."""
        return super().collect_usage_pieces(ctx)[:-1]


app = typer.Typer(cls=FilesOrCommand, invoke_without_command=True, epilog=EPILOG, rich_markup_mode=None)


@app.callback()
def conversations(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="JSON lines, a JSON document, CSV or TSV, a transcript, or any text; `-` for standard input.",
        ),
    ],
    taxonomy: Annotated[
        str | None,
        typer.Option(
            "--taxonomy", metavar="FILE", help="Your own intents, as `faultline conversations train` wrote them."
        ),
    ] = None,
    minimum_group: Annotated[
        int | None,
        typer.Option(
            "--minimum-group",
            metavar="N",
            min=1,
            help="The fewest conversations a topic is shown from, so that no single customer stands out; 5 by default.",
        ),
    ] = None,
    output: Format = "text",
    fail_on: FailOn = "low",
    timings: Timings = False,
    no_cache: NoCache = False,
    models: Models = None,
) -> None:
    """Say what customers say: mood, intent, urgency, topics and open promises of conversations.

    Each statement comes with the sentence and the line that show it. Nothing leaves this machine unless a model is
    named, and then only short passages without personal data do.
    """
    from faultline.cli.analysis import Request, run
    from faultline.cli.weights import prepare

    companions = {} if taxonomy is None else {"taxonomy": taxonomy}
    options = {} if minimum_group is None else {"minimum_group": minimum_group}
    prepare()
    raise typer.Exit(
        run(
            Request(
                "conversation",
                tuple(files),
                companions,
                output,
                fail_on,
                timings,
                no_cache,
                tuple(models or ()),
                options,
            )
        )
    )


@app.command("train", epilog=TRAIN_EPILOG)
def train(
    labels: Annotated[
        str,
        typer.Argument(
            metavar="LABELS",
            help="CSV or TSV with the columns text and label, or JSON lines with these fields; `-` for standard input.",
        ),
    ],
    taxonomy: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; LABELS with .taxonomy by default."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as one JSON object.")] = False,
) -> None:
    """Learn your own intents from labelled examples, at least 5 of each.

    Prints how well each intent is told from the others, on examples that were kept back while learning
    (cross-validated), and says which are thin or contradict each other.
    """
    from faultline.cli.training import learn

    raise typer.Exit(learn(labels, taxonomy, as_json=as_json))
