from pathlib import Path

import pytest

from tests.cases.adapters import ADAPTERS
from tests.cases.runner import read_cases, run_case

KNOWN = Path(__file__).parent / "known"
CASES = list(read_cases([KNOWN], KNOWN))


@pytest.mark.parametrize("case", [case for case in CASES if case["what"] in ADAPTERS], ids=lambda case: case["id"])
def test_a_known_case_is_answered(case: dict[str, object]) -> None:
    result = run_case(case)
    assert result.outcome == "passed", str(result)


def test_every_adapter_answers_a_known_case() -> None:
    assert set(ADAPTERS) <= {case["what"] for case in CASES}


def test_the_kinds_of_segments_field_work_budget_and_variance_are_covered() -> None:
    assert set(ADAPTERS) == {
        "rfm-fixed-thresholds",
        "rfm-quantile-score",
        "rfm-ties",
        "rfm-from-orders",
        "rfm-scale-invariance",
        "rfm-segment-rules",
        "abc-classes",
        "segment-stability",
        "great-circle-distance",
        "visits-per-day",
        "visits-by-customer-group",
        "tour-length-factor",
        "route-exact",
        "route-nearest-neighbour",
        "route-with-appointments",
        "spread-proportional",
        "spread-equal",
        "spread-by-reference",
        "spread-zero-base",
        "spread-pattern",
        "spread-signed",
        "spread-table-proportional",
        "spread-add-amount",
        "spread-to-days-by-weekday",
        "month-to-weeks",
        "rebalance-after-actuals",
        "hold-cells",
        "hold-total",
        "overrides-in-sequence",
        "working-days",
        "round-largest-remainder",
        "round-large-integers",
        "round-cascade",
        "round-parent-and-children",
        "round-table",
        "round-cube",
        "normalise-percentages",
        "fit-margins",
        "duplicate-target-lines",
        "spread-with-caps",
        "spread-percent-of-reference",
        "spread-percent-change",
        "spread-repeat",
        "spread-straight-line",
        "spread-growth-compound",
        "spread-growth-linear",
        "spread-equal-increment",
        "spread-by-measure-type",
        "period-rollup-by-time-balance",
        "period-quarter-change",
        "apportion-two-margins",
        "temporal-denton",
        "temporal-chow-lin",
        "flexible-budget",
        "static-against-flexible-cost",
        "price-quantity-mix",
        "price-volume-joint",
        "sales-quantity-in-margin",
        "market-share-and-size",
        "mix-in-units",
        "new-and-dropped-products",
        "price-volume-log-mean",
        "price-volume-average",
        "target-with-credit-split",
        "month-target-from-distribution",
        "target-with-no-sales",
        "explanatory-power",
        "individuals-chart",
        "control-rule-run-length",
        "pacing",
        "materiality-flag",
    }
