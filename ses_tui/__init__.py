"""ses-tui: Amazon SES email delivery, live in a terminal."""

__version__ = "0.1.0"
