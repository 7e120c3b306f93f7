"""Commands that a person can copy, with the same way to the same account."""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AwsCommandLine:
    """Writes commands; what is `None` is left to the configuration and environment."""

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None

    def command(self, *words: str) -> str:
        """A command of the AWS CLI, quoted for a POSIX shell."""
        return self._joined("aws", words)

    def ses_tui(self, *words: str) -> str:
        """A command of this program."""
        return self._joined("ses-tui", words)

    def _joined(self, program: str, words: tuple[str, ...]) -> str:
        options = (
            ("--region", self.region),
            ("--profile", self.profile),
            ("--endpoint-url", self.endpoint_url),
        )
        given = [word for name, value in options if value for word in (name, value)]
        return shlex.join([program, *words, *given])
