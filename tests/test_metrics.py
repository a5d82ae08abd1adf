from phosphene import __version__
from phosphene.metrics import Metrics


def text(metrics: Metrics) -> str:
    return bytes(metrics.to_response().body).decode()


def test_what_a_simulated_viewer_had_is_told_per_model() -> None:
    metrics = Metrics()
    metrics.observe_viewing("wan", 48, 3, 0.5)
    metrics.observe_viewing("wan", 0, 0, 0.0)
    told = text(metrics)
    assert 'phosphene_run_pictures_total{in_time="true",model="wan"} 45.0' in told
    assert 'phosphene_run_pictures_total{in_time="false",model="wan"} 3.0' in told
    assert 'phosphene_stall_seconds_sum{model="wan"} 0.5' in told
    assert 'phosphene_stall_seconds_count{model="wan"} 1.0' in told


def test_values_of_others_are_read_at_each_scrape() -> None:
    metrics, values = Metrics(), dict[tuple[str, ...], float]({("wan",): 1.0})
    metrics.add_labelled_metric("queue", "Clips", ("model",), lambda: values)
    metrics.add_labelled_metric("made", "Things", ("model",), lambda: values, counts=True)
    assert 'phosphene_queue{model="wan"} 1.0' in text(metrics)
    values["wan",] = 2.0
    assert 'phosphene_queue{model="wan"} 2.0' in text(metrics)
    assert 'phosphene_made_total{model="wan"} 2.0' in text(metrics)


def test_names_keep_to_the_conventions_of_prometheus() -> None:
    metrics = Metrics()
    metrics.add_metric("viewers", "Viewers here", lambda: 2.0)
    metrics.add_metric("sessions_opened", "Sessions", lambda: 7.0, counts=True)
    told = text(metrics)
    assert "# TYPE phosphene_viewers gauge\nphosphene_viewers 2.0" in told
    assert "# TYPE phosphene_sessions_opened_total counter" in told
    assert "phosphene_sessions_opened_total 7.0" in told
    assert f'phosphene_build_info{{version="{__version__}"}} 1.0' in told
