"""Of a picture that changes in places, make and write those places alone.

Textual asks every widget between the first and the last changed line for all of its lines there,
and writes a changed cell together with everything that its widget shows in front of it.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from ses_tui.ui.placed_text import move_to, render_in_columns


class SparingCompositor(Compositor):
    """Textual's, but for pictures of which only some regions have changed."""

    _changed: Sequence[Region] = ()
    """What is being painted; empty while all is."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What leads from the picture before to this one; `None` where they are the same."""
        self._changed = tuple(self._dirty_regions)
        try:
            update = super().render_partial_update()
        finally:
            self._changed = ()
        return update and _CellsUpdate(update.chops, update.spans, update.chop_ends)

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        """All of the picture."""
        update = super().render_full_update(simplify)
        return _WholeUpdate(update.strips, update.region)

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        left: Sequence[Region] = self._changed
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            parts = [part for each in left if (part := seen.intersection(each))]
            if parts:
                top = min(part.y for part in parts)
                lines = Region(seen.x, top, seen.width, max(part.bottom for part in parts) - top)
                yield region, lines, widget.render_lines(lines.translate(-region.offset))
                # They come from front to back: what one covers is not seen of those behind it.
                left = [each for each in left if not seen.contains_region(each)]


class _CellsUpdate(ChopsUpdate):
    """Writes the cells of its spans and no others.

    A span begins or ends in the midst of a wide character only if a widget has asked for that.
    """

    def render_segments(self, console: Console) -> str:
        """Control sequences and text."""
        written: list[str] = []
        for y, start, end in self.spans:
            chops = zip(self.chop_ends[y], self.chops[y].items(), strict=True)
            for chop_end, (chop_start, strip) in chops:
                first, last = max(start, chop_start), min(end, chop_end)
                if strip is not None and first < last:
                    cells = strip.crop(first - chop_start, last - chop_start)
                    written += (move_to(first, y), render_in_columns(cells, first, console))
        return "".join(written)


class _WholeUpdate(LayoutUpdate):
    """Writes every line of a picture."""

    def render_segments(self, console: Console) -> str:
        """Control sequences and text."""
        written: list[str] = []
        for y, line in enumerate(self.strips, self.region.y):
            column = self.region.x
            written.append(move_to(column, y))
            for strip in line:
                written.append(render_in_columns(strip, column, console))
                column += strip.cell_length
        return "".join(written)
