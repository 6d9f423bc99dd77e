"""Every error Wirewatch raises on purpose, drawn once.

    WirewatchError
    ├── ConfigError            the operator's files: what, where, what to write instead
    │   └── QueryError         a watchlist term or query
    ├── UnknownName            a name or id somebody gave stands for nothing
    ├── FetchError             a request failed; carries a Reason
    ├── FeedError              bytes that are no usable feed; carries a Reason
    ├── PageError              bytes that are no usable page; carries a Reason
    ├── StorageError           the database
    │   ├── DatabaseUnavailable    temporary: locked, gone, full; try again later
    │   ├── SchemaMismatch         the schema is older or newer than this program
    │   └── LeaseLost              another owner took the work: drop the result
    └── DeliveryError          a channel did not take a message
        ├── ChannelDown            the server, not this mail: connect, TLS, 421
        │   └── AuthFailure            the login was refused: pause the account, do not hammer
        ├── TemporaryFailure       this mail, later: 4xx
        ├── PermanentFailure       this mail, never: 5xx, bad address
        └── UncertainOutcome       no definite reply: it may have been taken

Bugs are not in the tree: they crash the step that has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from newsroom.reasons import Reason


class WirewatchError(Exception):
    """The root: anything foreseen. Its text is fit to show a user."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file the operator wrote.

    `line` counts from 1 and is None when the value came from elsewhere (environment, default);
    `hint` says what to write instead.
    """

    file: str
    line: int | None
    key: str
    problem: str
    hint: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        return f"{where}:{key} {self.problem}; {self.hint}"


class ConfigError(WirewatchError):
    """Configuration is refused whole; `problems` holds everything found wrong, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class QueryError(WirewatchError):
    """A term or query is wrong at `column` (from 1, in code points of the given text)."""

    def __init__(self, problem: str, hint: str, column: int = 1) -> None:
        super().__init__(f"column {column}: {problem}; {hint}")
        self.problem = problem
        self.hint = hint
        self.column = column


class UnknownName(WirewatchError):
    """A name or id that somebody gave stands for nothing; the message names where to look."""


class ReasonedError(WirewatchError):
    """An error that ends on a row under a stable reason code."""

    def __init__(self, reason: Reason, message: str, *, crashed: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.crashed = crashed
        """A worker process died or was killed over these bytes: three such crashes quarantine."""


class FetchError(ReasonedError):
    """A request gave no usable response."""


class FeedError(ReasonedError):
    """Bytes that are no usable feed (`not_a_feed`, `empty`, `parse_error`, `truncated`, ...)."""


class PageError(ReasonedError):
    """Bytes that are no usable page (`parse_error`, `empty`, ...)."""


class StorageError(WirewatchError):
    """The database refused or failed; the driver's error is chained."""


class DatabaseUnavailable(StorageError):
    """Temporary: locked, gone, full. Nothing was promised; the step is run again."""


class SchemaMismatch(StorageError):
    """The database's schema is not this program's; the message names the command to run."""


class LeaseLost(StorageError):
    """The row was claimed by another owner meanwhile; the result must be dropped."""


class DeliveryError(WirewatchError):
    """A message was not handed over.

    `code` is the SMTP reply code or HTTP status where there was one, `reply` what the server said
    (one line, capped), `retry_after` how long it asked to be left alone.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        reply: str = "",
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.reply = reply
        self.retry_after = retry_after


class ChannelDown(DeliveryError):
    """The channel, not the mail: defer the channel, one probe at a time."""


class AuthFailure(ChannelDown):
    """The login was refused or could not be made safely: a person has to mend it."""


class TemporaryFailure(DeliveryError):
    """This mail was refused for now (4xx)."""


class PermanentFailure(DeliveryError):
    """This mail will never be taken for this recipient (5xx, bad address)."""


class UncertainOutcome(DeliveryError):
    """The link ended without a definite reply after DATA; send the same bytes again."""
