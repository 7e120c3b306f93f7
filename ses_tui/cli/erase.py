"""`ses-tui erase`: takes one person out of the table, counters left as they are."""

import asyncio
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import Pace, ProgressLine, sign_of_life
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.core.erasure import ErasureReport, Person


@click.command()
@click.argument("address")
@click.option("--dry-run", is_flag=True, help="Say what there is and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
@click.option("--yes", is_flag=True, help="Do not ask for the address to be typed again.")
@global_options
@pass_options
def erase(options: GlobalOptions, address: str, dry_run: bool, as_json: bool, yes: bool) -> None:
    """Delete everything that is stored about one recipient: events and page entries.

    Reads the whole table once. Figures stay, since they name nobody. Other recipients' events stay,
    and ADDRESS is replaced where they mention it. It may run beside the recorder, and again: what
    is under way while it runs is found by another run a few minutes later.

    \b
      ses-tui erase ann@customer.example --dry-run
      ses-tui erase ann@customer.example --yes --json
    """
    from ses_tui.core.erasure import Person

    person = Person(address)
    local, at, domain = person.address.rpartition("@")
    if not (local and at and domain) or "*" in address:
        raise UsageError(f"{address!r} is no address of one person: write it like ann@x.example")
    report = asyncio.run(_erase(options, person, dry_run, yes))
    if as_json:
        sys.stdout.write(json_line(asdict(report)))
    else:
        sys.stdout.writelines(line + "\n" for line in report_lines(report))
    if report.unreadable or report.changed_meanwhile:
        raise CheckFailedError("not everything could be looked at: see the report, and run again")


def report_lines(report: "ErasureReport") -> list[str]:
    """What was done, for people."""
    would = "would be " if report.dry_run else ""
    lines = [f"{report.items_scanned:,} items looked at"]
    if not report.found_anything:
        return [*lines, "nothing is stored about this address"]
    lines += [
        f"{_counted(report.events_deleted, 'event')} of {_counted(report.messages, 'message')} "
        f"{would}deleted",
        f"{_counted(report.page_entries_removed, 'entry', 'entries')} {would}removed from feed "
        f"pages, {_counted(report.pages_rewritten, 'page')} {would}rewritten",
    ]
    if report.items_rewritten:
        lines.append(
            f"{_counted(report.items_rewritten, 'event')} of other recipients named the address, "
            f"and it {'would be' if report.dry_run else 'was'} replaced"
        )
    lines.append("figures are as they were; backups of the table are not touched")
    if report.changed_meanwhile:
        lines.append(f"{report.changed_meanwhile:,} items changed meanwhile and were left")
    if report.unreadable:
        lines.append(f"{report.unreadable:,} originals or pages cannot be read and were left")
    return lines


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


async def _erase(
    options: GlobalOptions, person: "Person", dry_run: bool, yes: bool
) -> "ErasureReport":
    from recorder.model.clock import SystemClock
    from ses_tui.aws.erasure import Erasure
    from ses_tui.core.search.cost import dollars

    progress = ProgressLine()
    async with Erasure(options.connection, SystemClock()) as erasure:
        with sign_of_life(f"asking table {sanitise(options.table_name)}"):
            items, cost = await erasure.estimate()
        complain(
            f"reading the whole table: some {items:,} items, {cost.requests:,} requests, "
            f"{dollars(cost.dollars)}"
        )
        if not dry_run and not yes:
            _confirm(person)
        pace = Pace()
        try:
            return await erasure.run(
                person,
                dry_run=dry_run,
                progress=lambda r: progress.show(
                    f"looked at {pace.text(r.items_scanned, items, 'items')}; "
                    f"{r.events_deleted:,} events found"
                ),
            )
        finally:
            progress.end()


def _confirm(person: "Person") -> None:
    """Raises `CheckFailedError` unless the address is typed again."""
    if not sys.stdin.isatty():
        raise CheckFailedError("nothing was changed: give --yes where nobody can type the address")
    typed = click.prompt("ses-tui: type the address to delete all of it", err=True)
    if typed.strip().lower() != person.address:
        raise CheckFailedError("that is another address: nothing was changed")
