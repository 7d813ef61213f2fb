"""The `parley` command: open the app, ask one question, check the installation."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop import __version__
from desktop.core.bundle import READ_DOCUMENT, SERVE_MODEL, give_back_environment, is_bundled
from desktop.ui.binding import load_qt


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    if is_bundled():
        give_back_environment()
    given = sys.argv[1:] if argv is None else argv
    # What only a child needs would cost the app's start some milliseconds.
    if list(given) == [READ_DOCUMENT]:
        from desktop.documents.child import main as read_document

        return read_document()
    if list(given) == [SERVE_MODEL]:
        from desktop.local.child import main as serve_model

        serve_model()
    is_question = _first_word(given) == "ask"
    arguments = _parser(asks=is_question).parse_args(given)
    home: Path | None = arguments.home
    if is_question:
        from desktop.ask import Question, run_ask

        return run_ask(
            home,
            Question(
                prompt=arguments.prompt,
                system=arguments.system,
                model=arguments.model,
                provider=arguments.provider,
                endpoint=arguments.endpoint,
                max_tokens=arguments.max_tokens,
            ),
        )
    if arguments.self_check:
        from desktop.self_check import run_self_check

        return run_self_check()
    if not _has_screen():
        print(
            "Parley needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "In a terminal, parley ask works without one.",
            file=sys.stderr,
        )
        return 1
    # From here on the app collects garbage itself, on its own thread.
    gc.disable()
    try:
        load_qt()
    except ImportError as error:
        # The usual reason: libEGL and its kin are not installed.
        print(
            f"Parley's window can't be opened here: {error}. "
            "On Debian and Ubuntu, script/run installs what is missing.",
            file=sys.stderr,
        )
        return 1
    from desktop.app import run

    return run(home, demo=arguments.demo, file=arguments.file)


def _first_word(given: Sequence[str]) -> str | None:
    """Return the first argument that is neither an option nor the value of one."""
    words = iter(given)
    for word in words:
        if word == "--home":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _has_screen() -> bool:
    """Qt would abort with a core dump where there is no screen."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in screens)


def _parser(*, asks: bool) -> argparse.ArgumentParser:
    """Make the parser; argparse can't tell a file from a command, so that it has either."""
    parser = argparse.ArgumentParser(
        prog="parley",
        description="Talk to large language models from your desktop.",
        epilog="parley ask --help tells how to get one answer in the terminal.",
    )
    parser.add_argument("--version", action="version", version=f"parley {__version__}")
    parser.add_argument(
        "--home", type=Path, metavar="DIR", help="keep all data, settings and logs in DIR"
    )
    parser.add_argument(
        "--demo", action="store_true", help="chat with a small model on this computer, no key"
    )
    parser.add_argument(
        "--self-check", action="store_true", help="check that every part works here, then exit"
    )
    if asks:
        _add_ask(parser)
    else:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="show what an export of conversations holds, to import it",
        )
    return parser


def _add_ask(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    ask = commands.add_parser("ask", help="print one answer and exit")
    ask.add_argument(
        "prompt", nargs="?", default="-", metavar="PROMPT", help="- reads it from standard input"
    )
    ask.add_argument("--system", metavar="TEXT", help="instructions for the model")
    ask.add_argument("--model", metavar="ID", help="another model than the configured one")
    ask.add_argument(
        "--provider",
        choices=("openai", "anthropic", "openai_compatible"),
        help="a provider for this question; its key comes from PARLEY_API_KEY",
    )
    ask.add_argument("--max-tokens", type=int, metavar="N", help="end the answer after N tokens")
    ask.add_argument("--endpoint", metavar="URL", help="the provider's address")
