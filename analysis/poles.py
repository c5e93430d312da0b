"""Poles: how each country stands to each of them over time, in the baseline."""

from analysis import style, tables
from analysis.charts.fans import fan
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.figures import Exhibit, Gallery


def by_pole(view: Gallery, measure: str) -> Exhibit:
    """A panel a country, a line a pole, in the baseline: alignment, or loss in per cent of GDP."""
    dimension = "pole" if measure == "alignment" else "controller"
    poles = list(view.selection.poles)
    table = tables.labelled(
        view.selection.baseline, view.selection.values(view.selection.baseline, measure).sel({dimension: poles})
    )
    countries = list(dict.fromkeys(table["country"]))
    colours = {pole: style.pole_colour(pole, poles) for pole in poles}
    names = {style.title(pole): colour for pole, colour in colours.items()}
    heads = [Head(style.title(country)) for country in countries]
    space = Margins(top=0.1 + key_height(names), left=0.44, right=0.05)
    figure, axes = panels(heads, 4, [1.05] * len(heads), space)
    for axis, country in zip(axes, countries, strict=True):
        fan(axis, table[(table["country"] == country) & table["median"].notna()], colours, by=dimension)
        if measure == "alignment":
            axis.axhline(0, color=style.FAINT, lw=0.7)
            axis.set(ylim=(-1.02, 1.02), yticks=(-1, 0, 1))
        else:
            axis.set_ylim(0, None)
    key(figure, names)
    heading, caption = _BY_POLE[measure]
    return Exhibit(f"{measure}-by-country", heading, caption.format(base=view.reference), figure, table)


_BY_POLE = {
    "alignment": (
        "Alignment of each country with each pole",
        (
            "{base}: from −1 to 1. Line: median run; bands: half and 95 % of the runs. "
            "The numbers are an index made of votes, arms, institutions and trade: at −1 all of these indicators are "
            "nought, at 0 half of what they can be, at 1 full. Read them as direction and order of magnitude. "
            "Alignment is not dependence: the two may move apart."
        ),
    ),
    "loss": (
        "Dependence of each country on each pole",
        (
            "{base}: per cent of GDP lost if the pole withheld trade, transit, money and protection. Scales differ "
            "between countries. Line: median run; bands: half and 95 % of the runs."
        ),
    ),
}
