"""The examination of an installation: a module a check, each of which harms nothing."""
