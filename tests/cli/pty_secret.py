"""Asks for a code while a sign of life is due, and says once that it was looked at."""

import getpass

from ses_tui.cli import progress_line

looks = 0
is_asked = progress_line._is_asked_for_a_secret


def look() -> bool:
    global looks
    answer = is_asked()
    looks += answer
    if looks == 5:
        print("looked")  # noqa: T201
    return answer


if __name__ == "__main__":
    progress_line._SILENT_SECONDS = 0.01  # type: ignore[misc]
    progress_line._is_asked_for_a_secret = look
    with progress_line.sign_of_life("working"):
        getpass.getpass("the code: ")
