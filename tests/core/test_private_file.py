"""A disk that is full and a home that is not there cost no file that was."""

import subprocess
import sys
from pathlib import Path

from ses_tui.core.private_file import write_private

ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from ses_tui.core.private_file import write_private
# From here on no file can grow beyond ten bytes.
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
write_private(Path(sys.argv[1]), "what would be kept instead\\n" * 1_000)
"""


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "view.json"
    write_private(file, "what was kept before")
    done = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(file)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text() == "what was kept before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_home_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file, and no folder")
    write_private(home / "state" / "view.json", "nothing")
    write_private(Path("/proc/nowhere/view.json"), "nothing")
    assert home.read_text() == "a file, and no folder"
