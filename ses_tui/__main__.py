"""`python -m ses_tui`: the same as `ses-tui`, where its script is not on the path."""

from ses_tui.cli import main

main(prog_name="ses-tui")
