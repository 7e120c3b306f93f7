"""Where the program begins, as `ses-tui` and as `python -m ses_tui`.

Ctrl-C ends it without a word from here on: until the command line takes over, which can tell what
was interrupted, Python would show where it was in its imports.
"""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Run what the command line asks for."""
    from ses_tui.cli import main

    main(prog_name="ses-tui")


if __name__ == "__main__":
    main()
