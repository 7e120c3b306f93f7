"""The dashboard: Textual app, screens and widgets."""
