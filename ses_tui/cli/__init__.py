"""The command line: one module a command, the same core and aws as the dashboard."""


def main() -> None:
    """Entry point of `ses-tui`."""
