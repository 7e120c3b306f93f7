"""Where DynamoDB Local is on this machine; run as a module, it fetches it."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

HOME_VARIABLE: Final = "DYNAMODB_LOCAL_HOME"
JAR_NAME: Final = "DynamoDBLocal.jar"
LIBRARY_NAME: Final = "DynamoDBLocal_lib"
FETCH_COMMAND: Final = f"{sys.executable} -m ses_tui.demo.dynamodb_local"
"""What `make dynamodb-local` runs; works in a checkout and where a wheel is installed."""


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds, or is to hold, the jar: `DYNAMODB_LOCAL_HOME`, else the user cache."""
    chosen = environment.get(HOME_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    return user_cache_path("ses-tui") / "dynamodb-local"


def is_installed(home: Path) -> bool:
    """Whether `home` holds the jar and its libraries."""
    return (home / JAR_NAME).is_file() and (home / LIBRARY_NAME).is_dir()


def java_command(environment: Mapping[str, str] = os.environ) -> str | None:
    """The Java launcher, from `JAVA_HOME` or the path; `None` where there is no Java."""
    java_home = environment.get("JAVA_HOME", "").strip()
    if java_home:
        launcher = shutil.which("java", path=str(Path(java_home) / "bin"))
        if launcher:
            return launcher
    return shutil.which("java", path=environment.get("PATH"))


def missing_part(home: Path, java: str | None) -> str | None:
    """What keeps DynamoDB Local from running here and what to do; `None` if nothing does."""
    if java is None:
        return "Java was not found: install a Java runtime (17 or newer), or set JAVA_HOME"
    if not is_installed(home):
        return f"{JAR_NAME} is not in {home}: run `{FETCH_COMMAND}`, or set {HOME_VARIABLE}"
    return None


if __name__ == "__main__":
    from ses_tui.demo.dynamodb_local_download import main

    sys.exit(main())
