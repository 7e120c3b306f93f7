"""The configuration: one file, the environment and the command line, typed once."""

from ses_tui.core.configuration.configuration import (
    CONFIG_VARIABLE,
    SERVE_TOKEN_VARIABLE,
    USE_VARIABLE,
    Configuration,
    configuration_of,
    read_environment,
    read_typed,
)
from ses_tui.core.configuration.configuration_file import (
    ConfigurationFile,
    KeyCheck,
    read_configuration_file,
)
from ses_tui.core.configuration.problem import ConfigurationError, Problem
from ses_tui.core.configuration.settings import (
    DEFAULT_SETTINGS,
    SETTINGS,
    Settings,
    SignalSettings,
)

__all__ = [
    "CONFIG_VARIABLE",
    "DEFAULT_SETTINGS",
    "SERVE_TOKEN_VARIABLE",
    "SETTINGS",
    "USE_VARIABLE",
    "Configuration",
    "ConfigurationError",
    "ConfigurationFile",
    "KeyCheck",
    "Problem",
    "Settings",
    "SignalSettings",
    "configuration_of",
    "read_configuration_file",
    "read_environment",
    "read_typed",
]
