import io
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from ses_tui.demo.dynamodb_local import home_folder, is_installed, missing_part
from ses_tui.demo.dynamodb_local_download import DownloadError, Say, extract, fetch, install


def packed(folder: Path, names: list[str]) -> Path:
    archive = folder / "packed.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    return archive


def working(workspace: Path, say: Say) -> Path:
    archive = packed(
        workspace, ["inner/DynamoDBLocal.jar", "inner/DynamoDBLocal_lib/one.jar", "other/file"]
    )
    extract(archive, PurePosixPath("inner"), workspace / "out")
    return workspace / "out"


def failing(workspace: Path, say: Say) -> Path:
    raise DownloadError("no way through")


def test_the_folder_is_the_chosen_one_or_the_user_cache(tmp_path: Path) -> None:
    assert home_folder({"DYNAMODB_LOCAL_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({}).name == "dynamodb-local"
    assert home_folder({}).parent.name == "ses-tui"


def test_says_what_is_missing_and_what_to_do(tmp_path: Path) -> None:
    without_java = missing_part(tmp_path, None)
    assert without_java is not None
    assert "Java" in without_java
    without_jar = missing_part(tmp_path, "/usr/bin/java")
    assert without_jar is not None
    assert "-m ses_tui.demo.dynamodb_local" in without_jar
    assert str(tmp_path) in without_jar


def test_the_next_way_is_tried_when_one_fails(tmp_path: Path) -> None:
    said: list[str] = []
    home = tmp_path / "cache" / "dynamodb-local"
    assert fetch(home, said.append, [failing, working])
    assert said == ["no way through"]
    assert is_installed(home)
    assert missing_part(home, "/usr/bin/java") is None
    assert [path.name for path in home.parent.iterdir()] == ["dynamodb-local"]
    assert not (home / "file").exists()


def test_nothing_is_left_behind_when_all_fail(tmp_path: Path) -> None:
    said: list[str] = []
    home = tmp_path / "cache" / "dynamodb-local"
    assert not fetch(home, said.append, [failing, failing])
    assert said == ["no way through"] * 2
    assert list(home.parent.iterdir()) == []


def test_an_archive_without_the_jar_is_refused(tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    (unpacked / "DynamoDBLocal.jar").touch()
    with pytest.raises(DownloadError, match=r"DynamoDBLocal\.jar"):
        install(unpacked, tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["inner/../../outside", "inner/a/../../../outside"])
def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path, [name])
    with pytest.raises(DownloadError, match="outside"):
        extract(archive, PurePosixPath("inner"), tmp_path / "deep" / "target")
    assert not (tmp_path / "outside").exists()


def test_a_link_in_an_archive_is_left_out(tmp_path: Path) -> None:
    archive = tmp_path / "packed.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        link = tarfile.TarInfo("inner/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    extract(archive, PurePosixPath("inner"), tmp_path / "target")
    assert list((tmp_path / "target").iterdir()) == []


def test_a_broken_archive_is_a_download_error(tmp_path: Path) -> None:
    archive = tmp_path / "packed.tgz"
    archive.write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(DownloadError, match="unpacked"):
        extract(archive, PurePosixPath("inner"), tmp_path / "target")
