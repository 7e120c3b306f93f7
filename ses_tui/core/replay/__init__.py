"""A file that `ses-tui tail --json` has written, played as if it happened now."""
