"""Cell functions of the field work step."""

from __future__ import annotations

from salesplan_xl.core.routes import DETOUR, distance_km
from salesplan_xl.functions.field_work import leg_minutes, route_table, tour_km, whole_reps, whole_visits
from salesplan_xl.functions.spans import working_days_through
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

WORKDAYS = FunctionSpecification(
    name="SP_WORKDAYS",
    help="Counts the working days of a span, first and last day included, less public holidays.",
    arguments=(
        Argument("start", Kind.DATES, "First day of the span, or a range of first days.", blank=Blank.KEPT),
        Argument(
            "finish",
            Kind.DATES,
            "Last day of the span, itself counted, or a range of last days of the same shape.",
            blank=Blank.KEPT,
            shape_of="start",
        ),
        Argument(
            "country", Kind.TEXT, 'Country of the public holidays, such as "US"; none if left out.', optional=True
        ),
        Argument("subdivision", Kind.TEXT, 'State or region with its own holidays, such as "CA".', optional=True),
        Argument(
            "week",
            Kind.TEXT,
            'Seven digits, Monday first, 1 for a working day; "1111100" if left out.',
            optional=True,
            default="1111100",
        ),
    ),
    compute=working_days_through,
    along="start",
)

KM = FunctionSpecification(
    name="SP_KM",
    help="Estimates the road km between places from their coordinates: the great circle times a detour factor.",
    arguments=(
        Argument("lat_1", Kind.NUMBERS, "Latitudes of the first places, in degrees, north positive.", blank=Blank.KEPT),
        Argument(
            "lon_1",
            Kind.NUMBERS,
            "Longitudes of the first places, in degrees, east positive.",
            blank=Blank.KEPT,
            shape_of="lat_1",
        ),
        Argument("lat_2", Kind.NUMBERS, "Latitudes of the second places.", blank=Blank.KEPT, shape_of="lat_1"),
        Argument("lon_2", Kind.NUMBERS, "Longitudes of the second places.", blank=Blank.KEPT, shape_of="lat_1"),
        Argument(
            "detour",
            Kind.NUMBER,
            "Road km for each km as the crow flies, 1 or more; 1.3 if left out.",
            optional=True,
            default=DETOUR,
        ),
    ),
    compute=distance_km,
    along="lat_1",
)

MINUTES = FunctionSpecification(
    name="SP_MINUTES",
    help="Estimates the travel minutes of legs from their road km: a fixed time for each and the road at its speed.",
    arguments=(
        Argument("km", Kind.NUMBERS, "Road km of each leg; 0 km take no time.", blank=Blank.KEPT),
        Argument("fixed", Kind.NUMBER, "Minutes of each leg however short; 5 if left out.", optional=True),
        Argument(
            "kmh",
            Kind.NUMBER,
            "One speed for all; if left out 30 km/h for the first 10 km, 60 up to 50 km, 90 beyond.",
            optional=True,
        ),
    ),
    compute=leg_minutes,
    along="km",
)

VISITS = FunctionSpecification(
    name="SP_VISITS",
    help="Gives the whole visits that a day in the field holds.",
    arguments=(
        Argument("day_min", Kind.NUMBER, "Minutes of field time in a day."),
        Argument("visit_min", Kind.NUMBER, "Minutes of an average visit."),
        Argument("travel_min", Kind.NUMBER, "Minutes of travel to an average visit."),
    ),
    compute=whole_visits,
)

TOURKM = FunctionSpecification(
    name="SP_TOURKM",
    help="Estimates the road km of a day's tour through places scattered over an area, without their addresses.",
    arguments=(
        Argument("stops", Kind.INTEGER, "Visits of the day, the base not counted."),
        Argument("area_km2", Kind.NUMBER, "Area they lie in, in square km."),
        Argument(
            "base_km",
            Kind.NUMBER,
            "Road km from the base to the area, driven twice; 0 if left out.",
            optional=True,
            default=0.0,
        ),
    ),
    compute=tour_km,
)

REPS = FunctionSpecification(
    name="SP_REPS",
    help="Gives the whole reps needed: hours of all visits and their travel over the field hours of one rep.",
    arguments=(
        Argument("customers", Kind.NUMBERS, "Customers of each group."),
        Argument(
            "visits", Kind.NUMBERS, "Visits to each customer of the group in the time of hours.", shape_of="customers"
        ),
        Argument("visit_min", Kind.NUMBERS, "Minutes of a visit, for each group or one number for all."),
        Argument("travel_min", Kind.NUMBERS, "Minutes of travel to a visit, for each group or one number for all."),
        Argument("hours", Kind.NUMBER, "Field hours that one rep has in that time."),
    ),
    compute=whole_reps,
)

ROUTE = FunctionSpecification(
    name="SP_ROUTE",
    help="Gives the order of up to 16 stops that ends the day soonest, proven best, with times, km and travel minutes.",
    arguments=(
        Argument(
            "points",
            Kind.TABLE,
            "With header row: label, lat, lon, and if wanted visit_min, open, close. The first row is the base; "
            "the day begins when it opens.",
        ),
        Argument(
            "round_trip",
            Kind.BOOLEAN,
            "Whether the day ends back at the base; TRUE if left out.",
            optional=True,
            default=True,
        ),
    ),
    compute=route_table,
)

FUNCTIONS = (WORKDAYS, KM, MINUTES, TOURKM, VISITS, REPS, ROUTE)
