"""`ses-tui completion`: what a shell reads to complete commands and options."""

import click

from ses_tui.cli.options import global_options

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@global_options
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what SHELL (bash, zsh or fish) reads to complete commands, options and their values.

    \b
      ses-tui completion bash >> ~/.bashrc
      ses-tui completion zsh >> ~/.zshrc
      ses-tui completion fish > ~/.config/fish/completions/ses-tui.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, "click knows every shell that can be chosen"
    program = kind(context.find_root().command, {}, "ses-tui", "_SES_TUI_COMPLETE")
    # Not `source()`: for bash that runs the bash of this machine, which may not be the reader's.
    click.echo(kind.source_template % program.source_vars())
