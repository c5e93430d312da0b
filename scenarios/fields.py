"""Fields: the small types that scenario files are made of."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from model.quarters import format_quarter, parse_quarter
from scenarios.forms import quarter_meant

LONGEST_TEXT = 2000
LARGEST = 1e12
LONGEST_DURATION = 10_000
MOST_IDS = 100
MOST_BASES = 20


class Strict(BaseModel):
    """A value that cannot change and refuses keys it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class FrozenDict(dict[str, Any]):
    """A mapping that cannot change, so that what holds it cannot either."""

    def _refuse(self, *_arguments: object, **_named: object) -> NoReturn:
        """Refuse every change."""
        msg = "this mapping is part of a scenario and cannot change"
        raise TypeError(msg)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type["FrozenDict"], tuple[dict[str, Any]]]:
        """Pickle through a plain mapping."""
        return type(self), (dict(self),)


class Window(Strict):
    """Quarter ordinals, both ends included; equal ends are one certain quarter, else a law says how likely each is."""

    first: int
    last: int
    law: Literal["uniform", "triangular", "choice"] = "uniform"
    quarters: tuple[int, ...] = ()
    """The quarters that the law is given by, when it is not uniform."""

    @property
    def certain(self) -> bool:
        """Whether the window is a single quarter."""
        return self.first == self.last

    @property
    def chances(self) -> tuple[float, ...]:
        """Probability of each quarter of the window; none when all are as likely as each other."""
        if self.certain or self.law == "uniform":
            return ()
        span = range(self.first, self.last + 1)
        if self.law == "choice":
            return tuple(self.quarters.count(quarter) / len(self.quarters) for quarter in span)
        peak = self.quarters[1]
        before, after = peak - self.first + 1, self.last - peak + 1
        heights = [min((q - self.first + 1) / before, (self.last - q + 1) / after) for q in span]
        return tuple(height / sum(heights) for height in heights)

    def later(self, lag: int) -> "Window":
        """The window some quarters later."""
        quarters = tuple(quarter + lag for quarter in self.quarters)
        return Window(first=self.first + lag, last=self.last + lag, law=self.law, quarters=quarters)


class Distribution(Strict):
    """A probability distribution of one parameter."""

    kind: Literal["uniform", "normal", "lognormal", "triangular", "choice"]
    values: tuple[float, ...]


SHAPES = {
    "uniform": "[low, high]",
    "normal": "[mean, standard deviation]",
    "lognormal": "[median, standard deviation of the logarithm]",
    "triangular": "[low, mode, high]",
    "choice": "a list of values",
}
DATES = (
    "{uniform: [2029Q1, 2032Q4]}",
    "{triangular: [2029Q1, 2030Q1, 2032Q4]}",
    "{choice: [2029Q1, 2031Q1]}",
)
"""Each way to write a date that a run draws: between two, about a likeliest one, one of several."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
A_YEAR = 4
DURATION = re.compile(r"([1-9]\d{0,3}) (month|quarter|year)s?")
IN_QUARTERS = {"month": Fraction(1, 3), "quarter": Fraction(1), "year": Fraction(A_YEAR)}


def read_date(value: object) -> Window:
    """A quarter, or ``{uniform: [first, last]}`` and its like, as a window."""
    match value:
        case Window():
            return value
        case {"uniform": span, **rest} if not rest:
            return read_span(span)
        case {"triangular": [first, _, last] as drawn, **rest} if not rest:
            return _law("triangular", read_span([first, last]), drawn)
        case {"choice": [_, *_] as drawn, **rest} if not rest:
            ordered = sorted(drawn, key=_ordinal_within)
            return _law("choice", read_span([ordered[0], ordered[-1]]), drawn)
        case str() if value:
            ordinal = _ordinal(value)
            return Window(first=ordinal, last=ordinal)
    msg = f"is not a date; write a quarter like {quarter_meant(value)}, or {', '.join(DATES[:-1])} or {DATES[-1]}"
    raise ValueError(msg)


def _law(law: Literal["triangular", "choice"], window: Window, drawn: Sequence[object]) -> Window:
    """A window whose quarters are not equally likely."""
    ordinals = tuple(map(_ordinal_within, drawn))
    if not all(window.first <= ordinal <= window.last for ordinal in ordinals):
        msg = "is not in order; write the first, the likeliest and the last quarter"
        raise ValueError(msg)
    return Window(first=window.first, last=window.last, law=law, quarters=ordinals)


def read_span(value: object) -> Window:
    """Two quarters, ``[first, last]``, as a window."""
    if isinstance(value, Window):
        return value
    match value:
        case [begin, end]:
            first, last = _ordinal_within(begin), _ordinal_within(end)
        case _:
            msg = "is not a span; write two quarters like [2029Q1, 2032Q4]"
            raise ValueError(msg)
    if first > last:
        msg = f"ends before it begins; allowed: [{format_quarter(last)}, {format_quarter(first)}]"
        raise ValueError(msg)
    return Window(first=first, last=last)


def read_duration(value: object) -> int:
    """``8 quarters``, ``2 years``, ``18 months`` or a whole number of quarters, as quarters."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LONGEST_DURATION:
        return value
    match = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        msg = "is not a duration; write it like 8 quarters or 2 years"
        raise ValueError(msg)
    number = int(match[1]) * IN_QUARTERS[match[2]]
    if number.denominator > 1:
        msg = f"is no whole number of quarters; allowed: {quarters(max(1, round(number)))}"
        raise ValueError(msg)
    return int(number)


def quarters(number: int) -> str:
    """A number of quarters in words.

    >>> quarters(1), quarters(8)
    ('1 quarter', '8 quarters')
    """
    return f"{number} quarter" if number == 1 else f"{number} quarters"


def lag(number: int) -> str:
    """A number of quarters as a person says it.

    >>> lag(4), lag(8), lag(3)
    ('a year', '2 years', '3 quarters')
    """
    years, rest = divmod(number, A_YEAR)
    if rest:
        return quarters(number)
    return "a year" if years == 1 else f"{years} years"


def read_distribution(value: object) -> Distribution:
    """``{uniform: [2, 10]}`` and its like as a distribution."""
    if isinstance(value, Distribution):
        return value
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in SHAPES:
        msg = f"is not a distribution; allowed: one of {', '.join(SHAPES)}, like {{uniform: [2, 10]}}"
        raise ValueError(msg)
    kind, numbers = next(iter(value.items()))
    if not isinstance(numbers, Sequence) or isinstance(numbers, str) or not all(map(_is_number, numbers)):
        msg = f"holds no numbers; {kind} takes {SHAPES[kind]}"
        raise ValueError(msg)
    distribution = Distribution(kind=kind, values=tuple(map(float, numbers)))
    if not _has_sense(distribution):
        msg = f"is not possible; {kind} takes {SHAPES[kind]}"
        raise ValueError(msg)
    return distribution


def one_or_many(value: object) -> object:
    """A single word as a tuple of one."""
    return (value,) if isinstance(value, str) else value


def write_date(window: Window) -> str | dict[str, list[str]]:
    """A window as a scenario file has it."""
    if window.certain:
        return format_quarter(window.first)
    return {window.law: [format_quarter(quarter) for quarter in window.quarters or (window.first, window.last)]}


def write_span(window: Window) -> list[str]:
    """A window as its two quarters."""
    return [format_quarter(window.first), format_quarter(window.last)]


def write_distribution(distribution: Distribution) -> dict[str, list[float]]:
    """A distribution as a scenario file has it."""
    return {distribution.kind: list(distribution.values)}


def _ordinal(value: object) -> int:
    """Ordinal of a quarter; ValueError says how to write it."""
    try:
        return parse_quarter(value if isinstance(value, str) else "")
    except ValueError as reason:
        msg = f"is not a quarter; write it like {quarter_meant(value)}"
        raise ValueError(msg) from reason


def _ordinal_within(value: object) -> int:
    """Ordinal of a quarter among others; ValueError names the one that is none."""
    try:
        return _ordinal(value)
    except ValueError as reason:
        msg = f"holds {value}, which {reason}"
        raise ValueError(msg) from reason


def _quarter_text(value: object) -> object:
    """The text itself, when it is a quarter."""
    _ordinal(value)
    return value


def _scenario_name(value: str) -> str:
    """The text itself, when it is a name of a scenario."""
    if not NAME.fullmatch(value):
        msg = "is not a name; use small letters, digits and hyphens, like trans-caspian-gas"
        raise ValueError(msg)
    return value


def _is_number(value: object) -> bool:
    """Whether a value is a finite number of sensible size."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _has_sense(distribution: Distribution) -> bool:
    """Whether count and order of a distribution's numbers are right."""
    match distribution.kind, distribution.values:
        case "uniform", (low, high):
            return low < high
        case "normal", (_, deviation):
            return deviation > 0
        case "lognormal", (median, deviation):
            return min(median, deviation) > 0
        case "triangular", (low, mode, high):
            return low <= mode <= high and low < high
        case "choice", values:
            return bool(values)
    return False


QUARTER_SCHEMA = {"type": "string", "pattern": r"^\d{4}Q[1-4]$"}
QUARTERS_SCHEMA = {"type": "array", "items": QUARTER_SCHEMA}
SPAN_SCHEMA = {**QUARTERS_SCHEMA, "minItems": 2, "maxItems": 2}
DATE_SCHEMA = {
    "anyOf": [
        QUARTER_SCHEMA,
        {
            "type": "object",
            "properties": {
                "uniform": SPAN_SCHEMA,
                "triangular": {**QUARTERS_SCHEMA, "minItems": 3, "maxItems": 3},
                "choice": {**QUARTERS_SCHEMA, "minItems": 1},
            },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
    ]
}
NUMBERS_SCHEMA = {"type": "array", "items": {"type": "number"}}
DISTRIBUTION_SCHEMA = {
    "type": "object",
    "properties": dict.fromkeys(SHAPES, NUMBERS_SCHEMA),
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}


def _printable(text: str) -> str:
    """Text without control characters, which no page or drawing can show."""
    odd = next((char for char in text if not char.isprintable() and char not in "\n\t"), None)
    if odd is not None:
        msg = f"has a control character (U+{ord(odd):04X})"
        raise ValueError(msg)
    return text


ID_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 100}
Name = Annotated[str, Field(max_length=100), AfterValidator(_scenario_name)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_printable)]
Id = Annotated[str, Field(min_length=1, max_length=100)]
IDS_SCHEMA = {"anyOf": [ID_SCHEMA, {"type": "array", "items": ID_SCHEMA, "minItems": 1, "maxItems": MOST_IDS}]}
Ids = Annotated[tuple[Id, ...], BeforeValidator(one_or_many), Field(max_length=MOST_IDS), WithJsonSchema(IDS_SCHEMA)]
Number = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST)]
Probability = Annotated[float, Field(strict=True, gt=0, le=1)]
EXTENDS_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "maxItems": MOST_BASES}]}
Bases = Annotated[
    tuple[Text, ...], BeforeValidator(one_or_many), Field(max_length=MOST_BASES), WithJsonSchema(EXTENDS_SCHEMA)
]
Quarter = Annotated[str, BeforeValidator(_quarter_text), WithJsonSchema(QUARTER_SCHEMA)]
Date = Annotated[Window, BeforeValidator(read_date), PlainSerializer(write_date), WithJsonSchema(DATE_SCHEMA)]
Span = Annotated[Window, BeforeValidator(read_span), PlainSerializer(write_span), WithJsonSchema(SPAN_SCHEMA)]
Duration = Annotated[
    int,
    BeforeValidator(read_duration),
    PlainSerializer(quarters),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
]
Sampled = Annotated[
    Distribution,
    BeforeValidator(read_distribution),
    PlainSerializer(write_distribution),
    WithJsonSchema(DISTRIBUTION_SCHEMA),
]
