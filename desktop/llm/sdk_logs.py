"""Keep the SDKs and their transport from logging what users say."""

import logging

_NAMES = ("openai", "anthropic", "httpx2", "httpcore2")


def quiet() -> None:
    """Let only their warnings through: at DEBUG they log whole requests, at INFO addresses.

    Call it after the import of an SDK, which sets a level by an environment variable.
    """
    for name in _NAMES:
        logging.getLogger(name).setLevel(logging.WARNING)
