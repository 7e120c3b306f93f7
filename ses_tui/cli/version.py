"""`--version`: this program, and what it stands on, without loading any of it."""

from typing import Any

import click

from ses_tui import __version__

_DISTRIBUTIONS = {"Textual": "textual", "botocore": "botocore"}


def version_option(function: Any) -> Any:
    """Adds `--version`."""
    return click.option(
        "--version",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_print_version,
        help="Versions of this program and of what it stands on.",
    )(function)


def _print_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    import platform
    from importlib.metadata import PackageNotFoundError, version

    versions = [f"Python {platform.python_version()}"]
    for name, distribution in _DISTRIBUTIONS.items():
        try:
            versions.append(f"{name} {version(distribution)}")
        except PackageNotFoundError:
            versions.append(f"{name} missing")
    click.echo(f"ses-tui {__version__}\n{', '.join(versions)}")
    context.exit()
