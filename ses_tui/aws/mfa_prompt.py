"""Asking for an MFA code, on a terminal or not at all."""

import warnings
from getpass import GetPassWarning, getpass

from botocore.session import Session


def ask_terminals_only(session: Session) -> None:
    """Have providers of credentials ask nothing where there is no terminal: `EOFError` instead."""
    for provider in session.get_component("credential_provider").providers:
        if getattr(provider, "_prompter", None) is getpass:
            provider._prompter = _ask


def _ask(question: str) -> str:
    """What is typed on the terminal; where there is none, not what comes on standard input."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(question)
        except GetPassWarning:
            raise EOFError from None
