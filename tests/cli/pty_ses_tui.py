"""The whole command line, for a pseudo-terminal."""

from ses_tui.cli import main

if __name__ == "__main__":
    main()
