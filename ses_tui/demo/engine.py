"""Local engines as child processes: DynamoDB Local, and moto where there is no Java."""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from ses_tui.core.errors import TableError
from ses_tui.demo import lifeline
from ses_tui.demo.dynamodb_local import (
    JAR_NAME,
    LIBRARY_NAME,
    home_folder,
    java_command,
    missing_part,
)

HOST: Final = "127.0.0.1"
ENGINES: Final = ("auto", "dynamodb-local", "moto")
MOTO_LABEL: Final = "moto (fallback)"
DEFAULT_HEAP_MEGABYTES: Final = 256

_READY_SECONDS = 60.0
_POLL_SECONDS = 0.05
_STOP_SECONDS = 5.0
_ATTEMPTS = 3
_LOOPBACK_ENGINE: Final = Path(__file__).with_name("loopback_engine.xml")
_JETTY_XML: Final = "jetty-xml-9.*.jar"
_VERSION = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)


class EngineError(TableError):
    """A local engine is missing something, or did not start."""


class LocalEngine:
    """A running engine. It ends with `stop`, and with the process and thread that started it."""

    def __init__(
        self, label: str, endpoint_url: str, process: subprocess.Popen[bytes], output: IO[bytes]
    ) -> None:
        self.label = label
        """Name and version, as the header of the dashboard shows it."""
        self.endpoint_url = endpoint_url
        self._process = process
        self._output = output

    @property
    def process_id(self) -> int:
        """Process id of the engine."""
        return self._process.pid

    def stop(self) -> None:
        """End the engine and wait for it. Safe to call twice."""
        _end(self._process)
        self._output.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def start_dynamodb_local(
    *,
    home: Path | None = None,
    data_folder: Path | None = None,
    heap_megabytes: int = DEFAULT_HEAP_MEGABYTES,
    quick_start: bool = True,
    port: int | None = None,
) -> LocalEngine:
    """Starts DynamoDB Local from `home` and returns when it answers.

    Everything stays in memory unless `data_folder` is given; data and stream there survive a kill.
    Without a `port` it takes one that is free.
    With `quick_start` Java compiles quickly and not well, which suits an engine of some minutes;
    without, it writes half as many events again in a second, after some ten thousand of them.
    It listens on this machine's loopback interface alone (see `_jar_arguments`).
    Raises `EngineError` without Java or jar, or if it does not come up.
    """
    home = home_folder() if home is None else home
    java = java_command()
    missing = missing_part(home, java)
    if missing is not None or java is None:
        raise EngineError(f"DynamoDB Local cannot start: {missing}")
    command = [
        java,
        *(["-XX:TieredStopAtLevel=1"] if quick_start else []),
        "-XX:+UseSerialGC",
        f"-Xmx{heap_megabytes}m",
        f"-Djava.library.path={home / LIBRARY_NAME}",
    ]

    def command_at(port: int) -> Sequence[str]:
        return [*command, *_jar_arguments(home, data_folder, port)]

    engine, output = _start("DynamoDB Local", command_at, home, port)
    version = _VERSION.search(output)
    if version:
        engine.label = f"DynamoDB Local {version[1]}"
    return engine


def start_engine(name: str, report: Callable[[str], None]) -> LocalEngine:
    """Starts the engine of that name; for `auto` DynamoDB Local if it can run here, else moto.

    Raises `EngineError` if it does not come up.
    """
    if name == "moto":
        return start_moto()
    try:
        return start_dynamodb_local()
    except EngineError as error:
        if name != "auto":
            raise
        report(f"{error}; using moto instead")
        return start_moto()


def start_moto() -> LocalEngine:
    """Starts moto's server in a process of its own. Raises `EngineError` if it does not come up."""

    def command_at(port: int) -> Sequence[str]:
        return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]

    return _start(MOTO_LABEL, command_at, Path(tempfile.gettempdir()))[0]


def _jar_arguments(home: Path, data_folder: Path | None, port: int) -> Sequence[str]:
    """What follows the options of Java.

    The jar's own program has no option for the address and listens on all of the machine's. So
    Jetty, which it brings along, puts the same parts together by a description of ours. A jar that
    somebody else has put there may be built on another Jetty, and is started as it is.
    """
    libraries = home / LIBRARY_NAME
    if not any(libraries.glob(_JETTY_XML)):
        storage = ["-inMemory"] if data_folder is None else ["-dbPath", str(data_folder)]
        jar = ["-jar", str(home / JAR_NAME)]
        return [*jar, *storage, "-disableTelemetry", "-port", str(port)]
    storage = ["inMemory=true"] if data_folder is None else [f"dbPath={data_folder}"]
    return [
        "-Dorg.eclipse.jetty.LEVEL=WARN",
        "-Dorg.eclipse.jetty.util.log.announce=false",
        "-classpath",
        os.pathsep.join((str(home / JAR_NAME), str(libraries / "*"))),
        "org.eclipse.jetty.xml.XmlConfiguration",
        f"host={HOST}",
        f"port={port}",
        *storage,
        str(_LOOPBACK_ENGINE),
    ]


def _start(
    label: str,
    command_at: Callable[[int], Sequence[str]],
    folder: Path,
    wanted_port: int | None = None,
) -> tuple[LocalEngine, str]:
    """The engine on a port, and what it printed while it came up."""
    text = ""
    for _ in range(_ATTEMPTS):
        port = wanted_port or _free_port()
        output = tempfile.TemporaryFile()  # noqa: SIM115 - the engine writes to it while it runs
        process = launch(command_at(port), folder, output)
        ready = _wait_until_ready(process, port)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
        if ready:
            return LocalEngine(label, f"http://{HOST}:{port}", process, output), text
        _end(process)
        output.close()
        if "in use" not in text:
            break
    reason = " ".join(text.split())[-300:] or f"no answer within {_READY_SECONDS:.0f} s"
    raise EngineError(f"{label} did not start: {reason}")


def launch(
    command: Sequence[str], folder: Path, output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Starts `command` so that it ends with the calling process (on Linux: with its thread).

    A session of its own keeps the terminal's Ctrl-c away from it: its owner decides when it ends.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-S", lifeline.__file__, str(os.getpid()), *command],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    """Asks until the engine answers HTTP, whatever it answers; false if it ends or stays silent."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        connection = http.client.HTTPConnection(HOST, port, timeout=_STOP_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return process.poll() is None
        except (OSError, http.client.HTTPException):
            time.sleep(_POLL_SECONDS)
        finally:
            connection.close()
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()
