"""The whole command line on a disk on which no file can grow beyond ten bytes."""

import resource

from ses_tui.cli import main

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    main()
