"""What annual records are too coarse for."""

from scenarios.moments import too_fine
from scenarios.schema import Event


def event(**keys):
    return Event.model_validate({"at": "2027Q1", **keys})


def test_product_that_shifts_for_a_quarter_is_lost_in_annual_records():
    assert "takes 1 quarter" in too_fine((), (event(gdp="KAZ", multiply=0.9),))
    assert too_fine((), (event(gdp="KAZ", multiply=0.9, **{"for": "10 years"}),)) == ""


def test_what_is_remembered_is_not():
    assert too_fine((), (event(grievance={"country": "KAZ", "pole": "RUS"}, set=0.3),)) == ""
    assert too_fine((), (event(leader="KAZ", becomes="new"),)) == ""
