"""
Places, travel between them, and the order of visits.

One module for each question: `travel` (how far and how long), `calibration` (what driven legs say about it), `places`
(which coordinates can be planned with), `day` (the best order of one day) and `tours` (which customer on which day of a
cycle), in terms of `plan`. The others serve these: `search` improves a tour of many stops, `rounds` spreads the visits
of a customer over a cycle, `split` cuts an order of visits into days and tours, `savings` finds such an order, and
`ties` tells equal ways from unequal ones.
"""

from salesplan_xl.core.routes.calibration import FEWEST_LEGS, Calibration, calibrate_travel
from salesplan_xl.core.routes.day import MOST_STOPS_PROVEN, Route, route_day
from salesplan_xl.core.routes.places import Placed, place_quality
from salesplan_xl.core.routes.plan import (
    FieldCustomer,
    FieldRules,
    Night,
    PlannedDay,
    PlannedVisit,
    Reason,
    TourPlan,
    Unserved,
)
from salesplan_xl.core.routes.tours import plan_tours
from salesplan_xl.core.routes.travel import (
    DETOUR,
    EARTH_KM,
    TravelMatrix,
    TravelModel,
    distance_km,
    medoid,
    travel_matrix,
    travel_minutes,
)

__all__ = [
    "DETOUR",
    "EARTH_KM",
    "FEWEST_LEGS",
    "MOST_STOPS_PROVEN",
    "Calibration",
    "FieldCustomer",
    "FieldRules",
    "Night",
    "Placed",
    "PlannedDay",
    "PlannedVisit",
    "Reason",
    "Route",
    "TourPlan",
    "TravelMatrix",
    "TravelModel",
    "Unserved",
    "calibrate_travel",
    "distance_km",
    "medoid",
    "place_quality",
    "plan_tours",
    "route_day",
    "travel_matrix",
    "travel_minutes",
]
