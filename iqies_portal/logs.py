"""Log lines as JSON, with the request's number and nothing personal.

What a line may carry is listed, not what it may not: the message, and the named extras below.
Of an exception only its type and its frames are told, because its message may quote a row
(PostgreSQL's "Key (email)=(…) already exists").
"""

from __future__ import annotations

import re
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

EXTRAS = [
    "count",
    "digest",
    "email_id",
    "error",
    "letter_id",
    "method",
    "milliseconds",
    "route",
    "seal",
    "smtp_code",
    "status",
]
_ADDRESS = re.compile(r"[^\s<>\"'(=]+@[^\s<>\"'),]+")
_QUERY = re.compile(r"\?[^\s\"']+")
# PostgreSQL quotes the row here.
_DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)


def hide_personal(message: str) -> str:
    """The message without email addresses, query strings and rows, whoever wrote it."""
    return _QUERY.sub("?…", _ADDRESS.sub("[address]", _DETAIL.sub("[detail]", message)))


def _tell_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = _told(error)
    return event


def _told(error: BaseException) -> dict[str, Any]:
    """Our own frames and the last one; where a library went in between helps nobody."""
    cause = error.__cause__ or error.__context__
    frames = traceback.extract_tb(error.__traceback__)
    last = len(frames) - 1
    frames_told = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for number, frame in enumerate(frames)
        if "site-packages" not in frame.filename or number == last
    ]
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": frames_told,
        **({"cause": _told(cause)} if cause else {}),
    }


def _hide(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    task = getattr(event["_record"], "data", None)
    if event["logger"] == "celery.app.trace" and isinstance(task, dict):
        # Celery writes the exception's words into the message.
        event["event"] = f"task {task.get('name')} {task.get('description', 'ran')}"
    event["event"] = hide_personal(_without_path(event["logger"], str(event["event"])))
    return event


def _without_path(logger: str, message: str) -> str:
    """Django's own words about a request end with its path; those of a refusal for safety's sake
    quote what was typed. A path may open something: the link that stops a factor reset."""
    if logger in {"django.request", "django.security.csrf"}:
        return message.partition(": /")[0]
    return "refused" if logger.startswith("django.security") else message


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, *_args: object, **_kwargs: object) -> None:
        """Arguments that logging's configuration passes (fmt, datefmt, …) are not used."""
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=EXTRAS),
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            ],
            processors=[
                _tell_exception,
                _hide,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            use_get_message=True,
        )
