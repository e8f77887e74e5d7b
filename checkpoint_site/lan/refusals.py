"""PURE: why the site cannot be served."""


class CannotServe(Exception):
    """Stops the start. Its text says what is wrong and what helps, to whoever starts the site."""
