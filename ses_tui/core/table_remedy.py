"""What makes a table what it should be: commands of the AWS CLI, and what no command can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recorder.model.json_text import write_json
from recorder.model.table import (
    EXPIRY_ATTRIBUTE,
    STREAM_VIEW_TYPE,
    table_definition,
)
from ses_tui.core.aws_command import AwsCommandLine


@dataclass(frozen=True, slots=True)
class TableRemedies:
    """Steps for one table: commands as they are to be typed, and prose."""

    table: str
    aws: AwsCommandLine

    def new_table(self, because: str) -> tuple[str, ...]:
        """For what cannot change in place."""
        return (
            f"{because}: create another and point the recorder and ses-tui at it; what this one "
            "holds stays here",
            self.aws.ses_tui("table", "create", "--table", f"{self.table}-new"),
        )

    def pay_per_request(self) -> str:
        """Switch the billing mode."""
        return self._update("--billing-mode", "PAY_PER_REQUEST")

    def create_index(self, index: Mapping[str, Any]) -> str:
        """Add an index of the definition; DynamoDB fills it from the table."""
        keys = {key["AttributeName"] for key in index["KeySchema"]}
        attributes = [
            attribute
            for attribute in table_definition(self.table)["AttributeDefinitions"]
            if attribute["AttributeName"] in keys
        ]
        return self._update(
            "--attribute-definitions",
            write_json(attributes),
            "--global-secondary-index-updates",
            write_json([{"Create": dict(index)}]),
        )

    def delete_index(self, name: str) -> str:
        """Remove an index."""
        return self._update(
            "--global-secondary-index-updates", write_json([{"Delete": {"IndexName": name}}])
        )

    def replace_index(self, index: Mapping[str, Any], what: str) -> tuple[str, ...]:
        """Remove an index and make it again: neither keys nor projection change in place."""
        return (
            f"the {what} of an index cannot change: delete it and, once it is gone, create it "
            "again; until it is ACTIVE, what it finds is not found",
            self.delete_index(index["IndexName"]),
            self.create_index(index),
        )

    def enable_stream(self) -> tuple[str, ...]:
        """Switch the stream on; it has a name of its own, which its reader must be told."""
        return (
            self._update(
                "--stream-specification",
                f"StreamEnabled=true,StreamViewType={STREAM_VIEW_TYPE}",
            ),
            "then deploy the recorder again: a new stream has a new ARN",
        )

    def replace_stream(self) -> tuple[str, ...]:
        """A stream's view cannot change: off, then on."""
        return (
            "the view of a stream cannot change: switch it off and, once the table is ACTIVE, "
            "on again; mend what is not counted meanwhile with `ses-tui repair`",
            self._update("--stream-specification", "StreamEnabled=false"),
            *self.enable_stream(),
        )

    def enable_expiry(self) -> str:
        """Let DynamoDB delete what has expired."""
        return self._expiry(EXPIRY_ATTRIBUTE, enabled=True)

    def replace_expiry(self, attribute: str) -> tuple[str, ...]:
        """Expiry goes by one attribute; another needs it off first, for up to an hour."""
        return (
            "switch it off and, an hour later at the latest, on with the right attribute",
            self._expiry(attribute, enabled=False),
            self.enable_expiry(),
        )

    def protect_from_deletion(self) -> str:
        """Let nobody delete the table by mistake."""
        return self._update("--deletion-protection-enabled")

    def recover_points_in_time(self) -> str:
        """Keep backups of the last days."""
        return self._dynamodb(
            "update-continuous-backups",
            "--point-in-time-recovery-specification",
            "PointInTimeRecoveryEnabled=true",
        )

    def _expiry(self, attribute: str, *, enabled: bool) -> str:
        return self._dynamodb(
            "update-time-to-live",
            "--time-to-live-specification",
            f"Enabled={str(enabled).lower()},AttributeName={attribute}",
        )

    def _update(self, *words: str) -> str:
        return self._dynamodb("update-table", *words)

    def _dynamodb(self, operation: str, *words: str) -> str:
        return self.aws.command("dynamodb", operation, "--table-name", self.table, *words)
