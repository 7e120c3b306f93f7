"""Names, origins and tokens, without a server."""

from pathlib import Path

import pytest

from ses_tui.browser.gate import Gate, is_loopback, names_of
from ses_tui.browser.token import checked_token, new_token, token_of_file
from ses_tui.core.errors import UsageError

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:8000", True),
        ("10.1.2.3", True),
        ("[::1]:8000", True),
        ("localhost:9000", True),
        ("LocalHost", True),
        ("mail.example.com", True),
        ("Mail.Example.com:443", True),
        ("example.com", False),
        ("localhost.example.net:8000", False),
        ("127.0.0.1.example.net", False),
        ("user@example.net", False),
        ("", False),
        ("[::1", False),
        (":8000", False),
    ],
)
def test_only_addresses_and_its_own_names_are_names_of_a_server(host: str, known: bool) -> None:
    gate = Gate(names_of("127.0.0.1", ["mail.example.com"]), None)
    assert gate.is_name_of_this(host) == known


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://localhost:8000", True),
        ("https://localhost:8000", True),
        ("http://localhost:8001", False),
        ("http://127.0.0.1:8000", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
        ("file://localhost:8000", False),
    ],
)
def test_only_a_page_of_the_same_host_and_port_is_its_own(origin: str, own: bool) -> None:
    assert Gate.is_own_page(origin, "localhost:8000") == own


def test_a_cookie_stands_for_the_token_and_is_another_secret() -> None:
    gate = Gate((), TOKEN)
    assert gate.takes_token(TOKEN)
    assert gate.takes_cookie(gate.cookie)
    for other in ("", TOKEN + "0", gate.cookie, "é"):
        assert not gate.takes_token(other)
    assert not gate.takes_cookie(TOKEN)
    assert Gate((), TOKEN).cookie != gate.cookie
    assert Gate((), None).takes_cookie("")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", ""])
def test_others_reach_all_else(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("text", ["", "short", "has a blank in it", "ümläut-ümläut-ümläut"])
def test_a_bad_token_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a token has 16 characters or more"):
        checked_token(text, "SES_TUI_SERVE_TOKEN")
    (tmp_path / "token").write_text(text)
    with pytest.raises(UsageError, match="--token-file"):
        token_of_file(tmp_path / "token")


def test_a_new_token_is_a_good_one_and_new_each_time() -> None:
    assert checked_token(new_token(), "") != new_token()
    with pytest.raises(UsageError, match="No such file"):
        token_of_file(Path("/nonexistent/token"))
