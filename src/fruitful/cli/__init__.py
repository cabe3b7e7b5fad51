"""The ``fruitful`` command. A subcommand is imported when it is run, so help comes at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

COMMANDS = {
    "demo": ("fruitful.cli.demo:demo", "Try everything on a small fictional newspaper."),
    "serve": ("fruitful.cli.serve:serve", "Serve the comments over HTTP."),
    "score": ("fruitful.cli.score:score", "Judge comments from a file, one JSON object a line."),
    "rules": ("fruitful.cli.rules:rules_app", "Check house rules, and try them on the past."),
    "feedback": ("fruitful.cli.feedback:feedback_app", "Learn from what moderators decided."),
    "audit": ("fruitful.cli.audit:audit_app", "See how evenly the engine judges."),
    "sites": ("fruitful.cli.sites:sites_app", "The websites served here."),
    "articles": ("fruitful.cli.sites:articles_app", "Which articles take comments."),
    "moderators": ("fruitful.cli.moderators:moderators_app", "The people of the newsroom."),
    "db": ("fruitful.cli.database:db_app", "The schema and the address of the database."),
}
"""Where each subcommand is, and what the overview says of it."""


def app() -> None:
    """Run the command line that this process was started with."""
    # Told to end, a command leaves through its clean-up, as it does at Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    make_app(sys.argv[1:])(prog_name="fruitful")


def make_app(arguments: Sequence[str]) -> typer.Typer:
    """The command for ``arguments``: the subcommand that they name, and the names of the rest."""
    command = typer.Typer(
        help="A comment section for publishers that keeps its house rules.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, (target, summary) in COMMANDS.items():
        if name not in arguments[:1]:
            command.command(name, help=summary)(_only_a_name)
            continue
        module, _, attribute = target.partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            command.add_typer(found, name=name)
        else:
            command.command(name)(found)
    return command


def _only_a_name() -> None:
    """Stands in the overview for a subcommand that has not been imported."""
