"""Schema of a scenario file, which is its manual.

Events change causes: links, markets, projects, pairs of states, memberships,
postures, parameters. Results (flow, dependence, alignment, surplus) do not
occur here, so no file can write them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from model.axes import ALL_GOODS
from scenarios.fields import (
    Bases,
    Date,
    Duration,
    FrozenDict,
    Id,
    Ids,
    Name,
    Number,
    Probability,
    Quarter,
    Sampled,
    Span,
    Strict,
    Text,
)

PAIRS = (
    "coercion",
    "offer",
    "promise",
    "threat",
    "aggression",
    "grievance",
    "affinity",
    "remittances",
    "debt",
    "security",
)
TARGET_KEYS = (
    *("link", "market", "contract", "trade", "transit", "project", "dyad", "membership", "posture", "leader"),
    "demonstration",
    *PAIRS,
    *("rivalry", "gdp", "price", "parameter"),
)
OPERATION_KEYS = ("set", "add", "multiply", "becomes")
RESULTS = (
    "flow",
    "dependence",
    "alignment",
    "surplus",
    "loss",
    "visibility",
    "transit_rent",
    "scarcity_rent",
    "shadow_price",
)

Many = Annotated[Ids, Field(min_length=1)]
Relation = Literal["falls", "rises", "unchanged", "between", "reaches", "before", "never"]
COMPARING = ("falls", "rises", "unchanged")
"""Relations between a scenario and another."""
Operation = Literal["set", "add", "multiply", "becomes"]


class Toward(Strict):
    """One country or several, and the pole they face."""

    country: Many
    """Codes of the countries. [ISO 3166 alpha-3]"""
    pole: Id
    """Name of the pole."""


class Membership(Strict):
    """One country or several, and an institution."""

    country: Many
    """Codes of the countries. [ISO 3166 alpha-3]"""
    institution: Id
    """Id of the institution."""


class Trade(Strict):
    """Trade between sellers and buyers, from each of those to each of these; both ways when both are on both sides."""

    seller: Many
    """Codes of the states that sell, or names of poles."""
    buyer: Many
    """Codes of the states that buy, or names of poles."""
    commodity: Many = (ALL_GOODS,)
    """What they trade: a layer (oil, gas, power, freight), a commodity of freight like grain, or all of it."""


class Transit(Strict):
    """Goods that pass over the soil of states which neither send nor take them, or over links."""

    through: Many
    """Codes of the states, or ids of the links."""
    party: Many = (ALL_GOODS,)
    """Whose goods: codes of states, or names of poles, that send or take them; without it, everybody's."""
    commodity: Many = (ALL_GOODS,)
    """Which goods: a layer (oil, gas, power, freight), a commodity of freight like grain, or all of it."""


class Rivalry(Strict):
    """Two poles."""

    pair: Annotated[tuple[Id, Id], Field()]
    """Names of the two poles."""


class EventFields(Strict):
    """The keys of an event, each right on its own: what a faulty event is read as, to check the rest of it."""

    at: Date | None = None
    """Quarter, or a date drawn in each run: ``{uniform: [first, last]}``, ``{triangular: [first, likeliest, last]}``
    or ``{choice: [quarter, quarter]}``; either this or `follows`."""
    follows: Id | None = None
    """Id of the event whose luck and date this one shares, which may follow another in turn: it happens when that
    one does, unless it has a `probability`."""
    after: Duration | None = None
    """How long after the event it follows, like ``2 years``; without it, in the same quarter."""
    id: Id | None = None
    """Name of the event; needed when chance decides, since its luck is addressed by it."""
    note: Text | None = None
    """Why, or according to whom."""
    probability: Probability = 1.0
    """Chance that it happens at all, once what it follows does, in (0, 1]."""
    duration: Annotated[Duration | None, Field(alias="for")] = None
    """How long a change holds, like ``8 quarters``; without it, for good, and a shock for one quarter."""
    over: Duration | None = None
    """How long it takes until all of a change is reached, in equal steps, like ``8 quarters``; without it, at once."""
    link: Ids = ()
    """One link or several."""
    market: Ids = ()
    """One market or several."""
    contract: Ids = ()
    """One supply contract of oil or gas or several: the volume under it. [unit of the contract a year]"""
    trade: Trade | None = None
    """Trade of some sellers with some buyers, in all they trade or one commodity: how open it is. [0 to 1]"""
    transit: Transit | None = None
    """Goods in transit through some states, or over links, of all or of some parties: how open it is. [0 to 1]"""
    project: Ids = ()
    """One project or several, with `becomes`: proposed, committed, building, operating, cancelled."""
    dyad: Ids = ()
    """One pair of states or several, with `becomes`: open, closed, tense, hot."""
    membership: Membership | None = None
    """Country and institution, with `becomes`: member, observer, none."""
    posture: Ids = ()
    """One pole or several, with `becomes`: free, at_war, absent, piecemeal, engaged, centrist, islamist, nationalist,
    low_demand, high_demand; which of them a pole may take stands in the tables."""
    leader: Ids = ()
    """One country or several in which a new leader comes, with `becomes`: new."""
    demonstration: Ids = ()
    """One pole or several whose arms do well in a war that all can see, in one quarter unless `for` says otherwise.
    [0 to 1]"""
    promise: Toward | None = None
    """A crisis in which a country calls on a pole, in one quarter unless `for` says otherwise: the share of what was
    promised that the pole keeps. [0 to 1]"""
    coercion: Toward | None = None
    """Pressure of a pole on a country. [rung of the ladder, 0 to 3]"""
    offer: Toward | None = None
    """What a pole offers a country. [share of the country's GDP a year, 0 to 1]"""
    threat: Toward | None = None
    """Threat that a country sees in a pole. [0 to 1]"""
    aggression: Toward | None = None
    """Aggression of a pole against a country, which raises the threat that others like it see. [0 to 1]"""
    grievance: Toward | None = None
    """Grievance of a country against a pole: size of an incident, or how far it is accounted for,
    in one quarter unless `for` says otherwise. [0 to 1]"""
    affinity: Toward | None = None
    """Affinity of a country with a pole. [-1 to 1]"""
    remittances: Toward | None = None
    """What workers in a pole send home to a country. [share of the country's GDP, 0 to 1]"""
    debt: Toward | None = None
    """Official debt of a country to a pole. [share of the country's GDP, 0 to 1]"""
    security: Toward | None = None
    """How far a country relies on a pole for arms, bases and pacts. [0 to 1]"""
    rivalry: Rivalry | None = None
    """Rivalry between two poles. [0 to 1]"""
    gdp: Ids = ()
    """One country or several whose gross domestic product shifts, once unless `for` says otherwise. [factor]"""
    price: Ids = ()
    """One world price or several: oil, gas, sea_freight. [factor on its base]"""
    parameter: Id | None = None
    """Dotted name of a parameter of the model."""
    quantity: Annotated[Id | None, Field(alias="property")] = None
    """What changes: of a link capacity [unit a year], open [0 to 1], cost [USD a unit] or days; of a
    market volume [unit a year] or price [USD a unit]; of a grievance incident (when nothing is said) or accounted."""
    set_to: Annotated[Number | None, Field(alias="set")] = None
    """Value that holds during the window, against the model's own processes."""
    add: Number | None = None
    """Amount added, in the unit of what is changed."""
    multiply: Number | None = None
    """Factor, without unit."""
    becomes: Id | None = None
    """New state of a project, pair, membership or posture; of a leader: new."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Keys of the targets given; one of them in a valid event."""
        return tuple(key for key in TARGET_KEYS if getattr(self, key))

    @property
    def operations(self) -> tuple[str, ...]:
        """Keys of the operations given; one of them in a valid event."""
        values = {"set": self.set_to, "add": self.add, "multiply": self.multiply, "becomes": self.becomes}
        return tuple(key for key, value in values.items() if value is not None)

    @property
    def target(self) -> str:
        """Key of what is changed."""
        return self.targets[0]

    @property
    def operation(self) -> str:
        """Key of how it is changed."""
        return self.operations[0]

    @property
    def value(self) -> float:
        """The number set, added or multiplied; zero for a new state."""
        numbers = (self.set_to, self.add, self.multiply)
        return next((number for number in numbers if number is not None), 0.0)


class Event(EventFields):
    """One change of one cause, at a date, for a while or for good."""

    @model_validator(mode="after")
    def _is_one_change(self) -> "Event":
        """One target, one operation, one date, and an id wherever chance decides."""
        faults = [*self._count("target", self.targets, TARGET_KEYS)]
        faults += self._count("change", self.operations, OPERATION_KEYS)
        if (self.at is None) == (self.follows is None):
            faults.append("needs exactly one of at, follows")
        if self.follows is None and self.after is not None:
            faults.append("has a lag (after) and follows nothing")
        if self.id is None and (self.probability < 1 or (self.at is not None and not self.at.certain)):
            faults.append("needs an id, since chance decides about it")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @staticmethod
    def _count(word: str, found: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """What is wrong when a word does not occur exactly once."""
        if len(found) == 1:
            return ()
        seen = f"has {len(found)} {word}s ({', '.join(found)})" if found else f"has no {word}"
        return (f"{seen}; allowed: exactly one of {', '.join(allowed)}",)


class ClaimFields(Strict):
    """The keys of a claim, each right on its own."""

    claim: Id
    """Name of the claim."""
    measure: Id
    """Name of a recorded measure."""
    where: Annotated[Mapping[Id, Id], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """One label for each dimension of the measure: country, pole, controller, link, project…"""
    by: Quarter | None = None
    """The quarter looked at; exactly one of this, `during`, `while` and `after`."""
    during: Span | None = None
    """The span looked at, its mean for a change, all of it for a level."""
    lasting: Annotated[Id | None, Field(alias="while")] = None
    """Id of an event that ends: like a span, the quarters in which it holds in each run in which it comes."""
    after: Duration | None = None
    """How long after the event under `given` came, in each run, the quarter looked at lies, like ``2 years``."""
    relation: Relation
    """What happens, compared with `against`, or with `level` or `range`."""
    size: Annotated[Number, Field(gt=0)]
    """The smallest effect that counts, in the unit of the measure."""
    level: Number | None = None
    """Value that is reached, reached before `by`, or never reached."""
    range: tuple[Number, Number] | None = None
    """Lowest and highest value of the relation between."""
    given: Id | None = None
    """Id of an event: only runs in which it happened count."""
    against: Name = "baseline"
    """Scenario compared with, run by run."""
    note: Text | None = None
    """Where the claim comes from."""

    @property
    def condition(self) -> str | None:
        """Id of the event that must have come in a run for it to count."""
        return self.given or self.lasting


class Claim(ClaimFields):
    """A hypothesis about the scenario, tested on its runs."""

    @model_validator(mode="after")
    def _has_its_parts(self) -> "Claim":
        """One date, and the level or range that the relation needs."""
        faults = []
        if sum(date is not None for date in (self.by, self.during, self.lasting, self.after)) != 1:
            faults.append("needs exactly one of by, during, while, after")
        if self.after is not None and self.given is None:
            faults.append("has a lag (after) and names no event that it counts from (given)")
        if self.lasting is not None and self.given is not None:
            faults.append("has given beside while; while alone counts the runs in which its event comes")
        if (self.relation in {"reaches", "before", "never"}) != (self.level is not None):
            faults.append("needs a level exactly when the relation is reaches, before or never")
        if (self.relation == "between") != (self.range is not None):
            faults.append("needs a range exactly when the relation is between")
        if self.range is not None and self.range[0] >= self.range[1]:
            faults.append("has a range that is not rising")
        if faults:
            raise ValueError("\n".join(faults))
        return self


class Scenario(Strict):
    """A question and the changes that put it to the model."""

    scenario: Name
    """Name, in small letters with hyphens."""
    title: Text
    """Heading of charts and reports."""
    question: Text
    """The question, in one sentence."""
    extends: Bases = ()
    """Scenario of the library, or file in the same folder, that this one continues; or several, laid over each other
    in this order."""
    start: Quarter = "2025Q1"
    """First quarter; nothing known later enters."""
    until: Quarter = "2040Q4"
    """Last quarter."""
    seed: Annotated[int | None, Field(strict=True, ge=0, lt=2**63)] = None
    """Seed of all chance; the batch's when missing."""
    events: Annotated[tuple[Event, ...], Field(max_length=2000)] = ()
    """Changes, in order."""
    parameters: Annotated[Mapping[Id, Number], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Fixed values of parameters, by dotted name."""
    sample: Annotated[Mapping[Id, Sampled], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Distributions of parameters, by dotted name."""
    expect: Annotated[tuple[Claim, ...], Field(max_length=500)] = ()
    """Claims about this scenario; never inherited."""

    _tables: object = PrivateAttr(default=None)

    @property
    def tables(self) -> object:
        """The tables it was read with and is compiled with; None for those that are shipped."""
        return self._tables

    def read_with(self, tables: object) -> "Scenario":
        """The same scenario, to be compiled with these tables."""
        bound = self.model_copy()
        bound._tables = tables  # noqa: SLF001 - of its own kind
        return bound

    def written(self) -> dict[str, object]:
        """The scenario as plain values that a file can hold; reading them gives an equal scenario."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
