"""Errors a user of batches can cause and mend; anything else is a bug and rises."""


class BatchError(Exception):
    """A request that cannot be met as it stands; the message says what to do instead."""


class Interrupted(Exception):  # noqa: N818 - it is an event, not a mistake
    """A batch that ended before its plan did; what is stored stays, the same command resumes."""


class Cancelled(Interrupted):
    """A batch that a person stopped with Ctrl-C."""
