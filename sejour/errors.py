"""The error tree. Each error carries one sentence for a human, as a French message and its arguments; it is translated at
the edge only (a page, the command line).

    SejourError
     ├ UsageError   bad input from outside: HTTP 400, or exit 2 on the command line
     ├ NotFound     nothing under that name: HTTP 404
     │  └ Gone      there was, and it is over: HTTP 410
     ├ Forbidden    known, but not yours: HTTP 403
     ├ Conflict     somebody changed it meanwhile: HTTP 409
     ├ FeedError    a feed could not be read as a whole: the run fails, the previous data stays
     └ StoreError   the database cannot answer: HTTP 503
"""


class SejourError(Exception):
    """`message` is French text with %-style named places, `arguments` what fills them."""

    def __init__(self, message: str, **arguments: object) -> None:
        super().__init__(message, arguments)
        self.message = message
        self.arguments = arguments

    def __str__(self) -> str:
        return self.message % self.arguments if self.arguments else self.message


class UsageError(SejourError):
    """`parameter` names what was wrong, when it came as a named parameter."""

    def __init__(self, message: str, *, parameter: str | None = None, **arguments: object) -> None:
        super().__init__(message, **arguments)
        self.parameter = parameter


class NotFound(SejourError):
    pass


class Gone(NotFound):
    pass


class Forbidden(SejourError):
    pass


class Conflict(SejourError):
    pass


class FeedError(SejourError):
    pass


class StoreError(SejourError):
    pass
