"""In: what the collector does. Out: picotemp_collector_*, and nothing else."""

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from collector.exposed import samples_of as samples_by_labels
from picotemp import __version__
from picotemp_collector.config.shard import Shard
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.self_metrics import SelfMetrics


def samples_of(metrics: SelfMetrics) -> dict[str, Sample]:
    families = text_string_to_metric_families(metrics.render().decode())
    return {sample.name: sample for family in families for sample in family.samples}


def test_the_collector_tells_what_it_is_and_since_when() -> None:
    samples = samples_of(SelfMetrics(1_700_000_000.0, lambda: 3))
    info = samples["picotemp_collector_build_info"]
    assert (info.value, info.labels["version"]) == (1, __version__)
    assert samples["picotemp_collector_start_time_seconds"].value == 1_700_000_000
    assert samples["picotemp_collector_devices"].value == 3


def test_both_formats_tell_the_same() -> None:
    metrics = SelfMetrics(1_700_000_000.0, lambda: 3)
    metrics.observe_lateness_seconds(0.3)
    told = {
        text_format: {
            key: value
            for key, value in samples_by_labels(
                metrics.render(text_format).decode(), text_format
            ).items()
            # The process goes on between the two.
            if "process_" not in key[0]
        }
        for text_format in Format
    }
    assert told[Format.TEXT] == told[Format.OPENMETRICS]
    assert len(told[Format.TEXT]) > 10
    assert metrics.render(Format.OPENMETRICS).endswith(b"\n# EOF\n")


def test_late_polls_are_counted() -> None:
    metrics = SelfMetrics(0.0, lambda: 0)
    for lateness_seconds in (0.001, 0.3):
        metrics.observe_lateness_seconds(lateness_seconds)
    samples = samples_of(metrics)
    assert samples["picotemp_collector_poll_lateness_seconds_count"].value == 2
    assert samples["picotemp_collector_poll_lateness_seconds_sum"].value == 0.301


def test_a_shard_tells_which_one_it_is_after_a_reload_too() -> None:
    shards = [Shard(2, 3), Shard(2, 4)]
    metrics = SelfMetrics(0.0, lambda: 0)
    metrics.show_shard(lambda: shards[0])
    assert shard_told_by(metrics) == (2, 3)
    del shards[0]
    assert shard_told_by(metrics) == (2, 4)


def test_without_shards_it_is_the_whole_fleet_that_is_told_of() -> None:
    metrics = SelfMetrics(0.0, lambda: 0)
    metrics.show_shard(lambda: None)
    assert shard_told_by(metrics) == (0, 1)


def shard_told_by(metrics: SelfMetrics) -> tuple[float, float]:
    samples = samples_of(metrics)
    index = samples["picotemp_collector_shard_index"]
    return index.value, samples["picotemp_collector_shards"].value


def test_all_names_are_our_own() -> None:
    names = samples_of(SelfMetrics(0.0, lambda: 0))
    assert all(name.startswith("picotemp_collector_") for name in names)
    assert not any(name.endswith("_created") for name in names)


def test_two_collectors_in_a_process_do_not_share_a_registry() -> None:
    SelfMetrics(0.0, lambda: 1).observe_lateness_seconds(1)
    samples = samples_of(SelfMetrics(0.0, lambda: 0))
    assert samples["picotemp_collector_poll_lateness_seconds_count"].value == 0
