"""Which of several values holds, and where `config show` says it comes from."""

import pytest

from ses_tui.core.configuration import (
    SETTINGS,
    Configuration,
    ConfigurationError,
    ConfigurationFile,
    configuration_of,
    read_environment,
    read_typed,
)
from ses_tui.core.configuration.settings import DEFAULT_SETTINGS, value_at
from ses_tui.core.errors import UsageError

FILE = ConfigurationFile(
    values={"table": "of-file", "theme": "light"},
    profiles={"production": {"table": "of-profile"}, "bare": {"region": "eu-west-1"}},
)


def table(
    *, typed: str = "", variable: str = "", use: str = "", use_variable: str = ""
) -> Configuration:
    environment = {"SES_TUI_TABLE": variable} if variable else {}
    return configuration_of(
        FILE,
        typed=read_typed({"table": typed} if typed else {}),
        environment=read_environment(environment),
        use=use or None,
        use_of_environment=use_variable or None,
    )


@pytest.mark.parametrize(
    ("given", "expected", "origin"),
    [
        ({}, "of-file", "file, line 0"),
        ({"use_variable": "production"}, "of-profile", "profile production, line 0"),
        (
            {"use_variable": "production", "variable": "of-variable"},
            "of-variable",
            "SES_TUI_TABLE",
        ),
        (
            {"use": "production", "variable": "of-variable"},
            "of-profile",
            "profile production, line 0",
        ),
        (
            {"use": "production", "variable": "of-variable", "typed": "of-option"},
            "of-option",
            "command line, --table",
        ),
        ({"use": "bare", "variable": "of-variable"}, "of-variable", "SES_TUI_TABLE"),
    ],
)
def test_what_stands_above_what(given: dict[str, str], expected: str, origin: str) -> None:
    configuration = table(**given)
    assert configuration.settings.table == expected
    assert configuration.origin("table") == origin
    assert configuration.settings.theme == "light"


def test_nothing_of_another_table_is_mixed_into_a_profile_that_is_switched_to() -> None:
    configuration = table(typed="of-option", variable="of-variable").using("bare")
    assert configuration.settings.table == "of-file"
    assert configuration.settings.region == "eu-west-1"
    assert configuration.using("production").settings.region is None
    with pytest.raises(UsageError, match="did you mean production"):
        configuration.using("prodution")


def test_what_was_typed_stays_above_a_profile_that_is_switched_to() -> None:
    file = ConfigurationFile(profiles={"open": {"mask": False, "theme": "light"}})
    configuration = configuration_of(file, typed=read_typed({"mask": "true"})).using("open")
    assert configuration.settings.mask
    assert configuration.settings.theme == "light"


def test_the_recorders_variable_names_the_table_too_and_comes_last() -> None:
    def table_of(**variables: str) -> str:
        return configuration_of(
            ConfigurationFile(), environment=read_environment(variables)
        ).settings.table

    assert table_of(SES_TABLE="one") == "one"
    assert table_of(SES_TABLE="one", SES_TUI_TABLE="two") == "two"
    assert table_of(SES_TABLE=" ", SES_TUI_TABLE="") == "ses-events"


def test_every_setting_has_a_variable_that_takes_what_it_shows() -> None:
    """Its default, where it has one, written as `config show` writes it without the quotes."""
    variables = {
        setting.variable: setting.kind.to_text(setting.default)
        for setting in SETTINGS.values()
        if setting.default not in (None, ())
    }
    environment = read_environment(variables)
    assert set(environment.values) == {s.key for s in SETTINGS.values() if s.variable in variables}
    settings = configuration_of(ConfigurationFile(), environment=environment).settings
    assert settings == DEFAULT_SETTINGS


def test_faults_of_the_environment_come_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_environment({"SES_TUI_THEM": "dark", "SES_TUI_MOUSE": "maybe", "SES_TABLE": "x"})
    assert [str(problem) for problem in raised.value.problems] == [
        'SES_TUI_MOUSE = "maybe": write true or false',
        'SES_TUI_THEM = "dark": there is no such setting; did you mean SES_TUI_THEME?',
        'SES_TABLE = "x": give 3 to 255 letters, digits, `_`, `-` and `.`, or an ARN',
    ]


def test_thresholds_that_do_not_rise_are_a_fault_wherever_they_come_from() -> None:
    file = ConfigurationFile(values={"thresholds.bounce_watch": 0.07})
    with pytest.raises(ConfigurationError, match='bounce_high = "5%": is less than'):
        configuration_of(file)
    environment = read_environment({"SES_TUI_THRESHOLDS_BOUNCE_HIGH": "8%"})
    settings = configuration_of(file, environment=environment).settings
    assert settings.thresholds.thresholds.bounce == (0.07, 0.08, 0.10)
    assert value_at(settings, "thresholds.bounce_high") == 0.08
