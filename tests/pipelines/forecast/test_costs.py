"""What the whole takes, reckoned from trials whose costs are known."""

from dataclasses import replace

import pytest

from pipelines.forecast.costs import PassForecast, Whole, forecast_passes
from pipelines.forecast.trial import PassCost, Trial
from pipelines.stages.ingest_intake import SHARD_TEXT_BYTES

MB = 10**6
FIXED, PER_MB, START_UP = 2.0, 0.5, 3.0
WHOLE = Whole(1_000_000, 1000 * MB, 40, {}, {"dedup": 5000 * MB}, 4000 * MB)


def _trial(megabytes: int, *costs: PassCost) -> Trial:
    return Trial(costs, {"docs": megabytes * 1000}, {"docs": megabytes * MB})


def _cost(megabytes: int, *, by_shard: bool = True, stage: str = "annotate-core", extra: float = 0.0) -> PassCost:
    seconds = FIXED + PER_MB * megabytes + extra
    return PassCost(stage, 0, by_shard, 1, megabytes * MB, seconds, megabytes * MB // 2, (300 + 10 * megabytes) * MB)


def _forecast(whole: Whole = WHOLE, workers: int = 1, *, by_shard: bool = True, stage: str = "s") -> PassForecast:
    small, large = (_cost(megabytes, by_shard=by_shard, stage=stage) for megabytes in (4, 16))
    cold = replace(small, seconds=small.seconds + START_UP)
    (found,) = forecast_passes(_trial(4, cold), _trial(4, small), _trial(16, large), whole, workers)
    return found


def test_a_cost_that_grows_evenly_is_found_exactly() -> None:
    found = _forecast()
    assert found.cpu_seconds == pytest.approx(FIXED + 1000 * PER_MB + START_UP)
    assert found.wall_seconds == pytest.approx(found.cpu_seconds)
    assert found.disk_bytes == 500 * MB
    assert found.units == 40


def test_workers_share_the_units_of_shards_and_load_for_themselves() -> None:
    found = _forecast(workers=16)
    assert found.cpu_seconds == pytest.approx(FIXED + 1000 * PER_MB + 16 * START_UP)
    assert found.wall_seconds == pytest.approx((FIXED + 1000 * PER_MB) * 3 / 40 + START_UP)  # 16, 16 and 8
    alone = _forecast(workers=16, by_shard=False)
    assert alone.units == 1
    assert alone.wall_seconds == pytest.approx(FIXED + 1000 * PER_MB + START_UP)


def test_memory_of_a_shard_is_bounded_by_its_size_and_counted_for_each_worker() -> None:
    shard = SHARD_TEXT_BYTES / MB
    assert _forecast().peak_bytes == pytest.approx((300 + 10 * shard) * MB)
    assert _forecast(workers=4).peak_bytes == pytest.approx(4 * (300 + 10 * shard) * MB)


def test_memory_that_later_passes_left_in_the_process_is_no_part_of_a_pass() -> None:
    small, large = _cost(4), _cost(16)
    cold = replace(small, peak_bytes=small.peak_bytes - 120 * MB)
    (found,) = forecast_passes(_trial(4, cold), _trial(4, small), _trial(16, large), WHOLE, 1)
    assert found.peak_bytes == pytest.approx(_forecast().peak_bytes - 120 * MB)


def test_memory_of_a_step_over_all_documents_is_what_it_needs_or_may_take() -> None:
    assert _forecast(by_shard=False, stage="dedup-pairs").peak_bytes == 5000 * MB
    assert _forecast(by_shard=False, stage="thresholds").peak_bytes == WHOLE.memory_allowed
    small = replace(WHOLE, text_bytes=100 * MB)
    assert _forecast(small, by_shard=False, stage="thresholds").peak_bytes == 1300 * MB


def test_a_pass_that_reads_so_much_at_most_costs_no_more() -> None:
    limited = replace(WHOLE, limits={"s": 8 * MB})
    found = _forecast(limited, by_shard=False)
    assert found.cpu_seconds == pytest.approx(FIXED + 16 * PER_MB + START_UP)
    assert found.peak_bytes == 460 * MB


def test_a_pass_whose_rows_are_limited_costs_and_writes_what_they_do_though_it_reads_no_text() -> None:
    limited = replace(WHOLE, limits={"s": 64 * MB})
    small, large = (replace(_cost(megabytes, by_shard=False, stage="s"), text_bytes=0) for megabytes in (4, 16))
    (found,) = forecast_passes(_trial(4, small), _trial(4, small), _trial(16, large), limited, 1)
    assert found.cpu_seconds == pytest.approx(FIXED + 64 * PER_MB)
    assert found.disk_bytes == 32 * MB


def test_a_pass_that_the_small_excerpt_gave_nothing_to_goes_by_the_large_one() -> None:
    (found,) = forecast_passes(_trial(4), _trial(4), _trial(16, _cost(16)), WHOLE, 1)
    assert found.cpu_seconds == pytest.approx((FIXED + 16 * PER_MB) * 1000 / 16)


def test_noise_makes_no_cost_negative() -> None:
    small, large = _cost(4, extra=20), _cost(16)
    (found,) = forecast_passes(_trial(4, small), _trial(4, small), _trial(16, large), WHOLE, 1)
    assert found.cpu_seconds == pytest.approx(large.seconds)
    small, large = _cost(4, extra=-4), _cost(16)
    (found,) = forecast_passes(_trial(4, small), _trial(4, small), _trial(16, large), WHOLE, 1)
    assert found.cpu_seconds == pytest.approx(large.seconds * 1000 / 16)
