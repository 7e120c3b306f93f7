"""Numbers on the command line, in the words of people: click's own are `INTEGER RANGE`."""

import click


class WholeNumber(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What stands for the value in help."""
        return "NUMBER"


class Number(click.FloatRange):
    """A number within bounds."""

    name = "number"
