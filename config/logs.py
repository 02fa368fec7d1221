"""Logs: structured lines on stderr, for people or as JSON. Addresses and message texts never go in."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog


def set_up_logs(*, form: Literal["console", "json"] = "console", level: str = "info") -> None:
    """Send structlog's and the standard library's log lines to stderr. Call once, from an entry point."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # they would tell addresses, queries and paths
    for noisy in ("httpx", "httpcore", "aiosqlite", "slack_sdk", "alembic", "uvicorn", "mail"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # its detectors fail on damaged mails one by one, each with a traceback; what comes of a mail is logged by us
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
