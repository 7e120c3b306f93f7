"""`ses-tui config`: the configuration file: whether it is right, what holds, where it is."""

import os
from typing import TYPE_CHECKING

import click

from ses_tui.cli.options import GlobalOptions, global_options, pass_options, view_options
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
@global_options
def config() -> None:
    """Look at the configuration: a TOML file, the environment, and the command line.

    The command line stands above the environment, that above the profile of the file in use, and
    that above the rest of the file. docs/configuration.md lists every key and variable.

    \b
      ses-tui config init
      ses-tui config show
      ses-tui --use staging config show
    """


@config.command()
@view_options
@global_options
@pass_options
def check(options: GlobalOptions) -> None:
    """Look for mistakes in the file and the environment, and tell all of them. Exits 1 if any.

    \b
      ses-tui config check
      ses-tui --config ./config.toml config check
    """
    from ses_tui.core.configuration import ConfigurationError, read_environment
    from ses_tui.ui.keymap import faults_of

    path, _ = options.configuration_path
    faults = []
    try:
        options.read_configuration(faults_of)
    except ConfigurationError as error:
        faults.append(error)
        try:
            read_environment(os.environ)
        except ConfigurationError as of_environment:
            if of_environment.problems != error.problems:
                faults.append(of_environment)
    if faults:
        raise CheckFailedError("\n".join(map(str, faults)))
    there = "is right" if path.exists() else "is not there, and need not be"
    click.echo(f"{sanitise(str(path))} {there}")


@config.command()
@view_options
@global_options
@pass_options
def show(options: GlobalOptions) -> None:
    """Print every setting that holds, and where it comes from.

    \b
      ses-tui config show
      ses-tui config show --window 6h
    """
    from ses_tui.core.configuration.documents import effective_lines

    for line in effective_lines(options.configuration):
        click.echo(sanitise(line))


@config.command()
@global_options
@pass_options
def path(options: GlobalOptions) -> None:
    """Print where the file is, or would be.

    \b
      ses-tui config path
    """
    click.echo(sanitise(str(options.configuration_path[0])))


@config.command()
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@global_options
@pass_options
def init(options: GlobalOptions, force: bool) -> None:
    """Write a file in which every setting stands as a comment with its default.

    \b
      ses-tui config init
      ses-tui --config ./config.toml config init
    """
    from ses_tui.core.configuration.documents import example_text

    file, _ = options.configuration_path
    if force and file.exists() and not file.is_file():
        raise UsageError(f"{file} is no file that can be written over: choose one with --config")
    try:
        _write(file, example_text(), force)
    except FileExistsError:
        raise UsageError(f"{file} is there already: --force writes over it") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from error
    click.echo(f"wrote {sanitise(str(file))}")


def _write(file: "Path", text: str, force: bool) -> None:
    """Whole or not at all, and readable by its owner alone. Raises `OSError`."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with open(new, "x", encoding="utf-8", opener=_private) as opened:
            opened.write(text)
        if force:
            os.replace(new, file)
        else:
            os.link(new, file)
    finally:
        new.unlink(missing_ok=True)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
