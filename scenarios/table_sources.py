"""Sources of the data tables: what names a publisher, what admits to general knowledge, and what names nothing."""

import re

GENERAL = ("general knowledge", "general geography", "general record")
"""How a source begins that rests on no publication opened for it."""

NOTHING = frozenset(("", "n a", "na", "nan", "none", "null", "source", "tba", "tbc", "tbd", "todo", "unknown"))
"""Words of a source, in lower case and parted by spaces, that say no more than an empty cell."""

WORDS = re.compile(r"[^\W\d_]+")


def names_nothing(source: str) -> bool:
    """Whether a source is punctuation, figures or a stand-in such as n/a."""
    return " ".join(WORDS.findall(source.casefold())) in NOTHING


def is_general(source: str) -> bool:
    """Whether a source is general knowledge and not a publisher."""
    return source.casefold().startswith(GENERAL)
