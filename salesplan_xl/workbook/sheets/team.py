"""9 Team: for now the master list of reps, which sales and budget are checked against."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Sheet, Table

TEAM = Table(
    "team",
    (
        Column("rep", required=True, key=True, width=14, requirements=("8.1", "8.7")),
        Column("name", width=24, requirements=("9.1",)),
        Column("home_territory", refers="territories.territory", width=20, requirements=("8.8",)),
        Column("manager", refers="team.rep", width=14, requirements=("8.7", "9.1")),
        Column(
            "base_latitude",
            Kind.NUMBER,
            at_least=-90,
            at_most=90,
            width=14,
            number_format="0.0000",
            requirements=("7.5",),
        ),
        Column(
            "base_longitude",
            Kind.NUMBER,
            at_least=-180,
            at_most=180,
            width=14,
            number_format="0.0000",
            requirements=("7.5",),
        ),
    ),
)

TEAM_SHEET = Sheet("team", step=9, tables=(TEAM,), progress='COUNTIF({team.rep},"?*")', print_areas=("A1:H40",))
