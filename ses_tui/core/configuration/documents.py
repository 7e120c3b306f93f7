"""The configuration as text: what holds and why, and an example to start from."""

from collections.abc import Iterator

from ses_tui.core.configuration.configuration import Configuration
from ses_tui.core.configuration.kinds import quoted
from ses_tui.core.configuration.settings import SECTIONS, SETTINGS, Setting, value_at

_NOT_SET = "-"
_HEAD = """\
# What ses-tui does where neither the command line nor the environment says otherwise.
# Each line here is a comment that shows the default: take the `#` away to change it.
# `ses-tui config check` looks for mistakes, `ses-tui config show` tells what holds and why.
"""
_TAIL = """\
# Other keys, by the id of docs/keys.md. One key means one thing.
#[keys]
#pause = "ctrl+t"
#resume = "ctrl+t"

# Searches by name.
#[searches]
#"bounces at gmail" = "type:bounce domain:gmail.com"

# Profiles: every setting above may stand in one, too. `--use production` chooses one for a
# command, `P` switches in the dashboard, and this is taken where nothing else is said:
#default_profile = "production"     # belongs above the first [table]
#[profiles.production]
#table = "ses-events"
#region = "eu-west-1"
#profile = "operations"             # of the AWS configuration
#[profiles.staging]
#table = "ses-events-staging"
#region = "eu-west-1"
"""
_EXAMPLES = {
    "region": "eu-west-1",
    "profile": "operations",
    "endpoint_url": "http://127.0.0.1:8000",
    "columns": ("recipient", "reason", "sender"),
}
"""Values that the example shows for settings that have none by default."""


def effective_lines(configuration: Configuration) -> Iterator[str]:
    """A line for each setting, keys of the keyboard and saved searches: what holds, and whence."""
    profile = configuration.profile or "none"
    yield f"# file {configuration.file.path or 'none'}, profile {profile}"
    rows = []
    for key, setting in SETTINGS.items():
        value = value_at(configuration.settings, key)
        text = _NOT_SET if value in (None, ()) else setting.kind.to_file(value)
        rows.append((f"{key} = {text}", configuration.origin(key)))
    rows += [(f"keys.{name} = {quoted(keys)}", "file") for name, keys in configuration.keys.items()]
    for search in configuration.searches:
        rows.append((f"searches.{quoted(search.name)} = {quoted(search.query)}", "file"))
    width = min(48, max(len(text) for text, _ in rows))
    yield from (f"{text:<{width}}  # {origin}" for text, origin in rows)


def example_text() -> str:
    """A file in which every setting stands as a comment, with its default and its meaning."""
    plain = [_entry(setting, setting.key) for key, setting in SETTINGS.items() if "." not in key]
    parts = [_HEAD, *plain]
    for section in SECTIONS:
        entries = [
            _entry(setting, key.partition(".")[2])
            for key, setting in SETTINGS.items()
            if key.startswith(f"{section}.")
        ]
        parts.append(f"#[{section}]\n" + "".join(entries).replace("\n\n", "\n"))
    return "\n".join((*parts, _TAIL))


def _entry(setting: Setting, name: str) -> str:
    value = _EXAMPLES.get(name) if setting.default in (None, ()) else setting.default
    return f"# {setting.meaning}: {setting.kind.form}\n#{name} = {setting.kind.to_file(value)}\n"
