"""A stored configuration as values of the model."""

from __future__ import annotations

from grader.image.wire import Configuration, Health, Run
from grader.model.image import Healthcheck, HistoryRow, ImageConfig

_SECOND = 1e9


def config_of(stored: Configuration) -> ImageConfig:
    """The configuration as a value of the model, empty where it is silent."""
    run = stored.config or Run()
    return ImageConfig(
        user=run.user or "",
        env=run.env or (),
        entrypoint=run.entrypoint or (),
        cmd=run.cmd or (),
        workdir=run.working_dir or "",
        labels=run.labels or {},
        exposed_ports=tuple(sorted(run.exposed_ports or ())),
        volumes=tuple(sorted(run.volumes or ())),
        healthcheck=_health_of(run.healthcheck) if run.healthcheck else None,
        stop_signal=run.stop_signal or "",
        shell=run.shell or (),
        onbuild=run.on_build or (),
        architecture=stored.architecture or "",
        os=stored.os or "",
        author=stored.author or "",
        created=stored.created or "",
    )


def _health_of(health: Health) -> Healthcheck:
    return Healthcheck(
        test=health.test or (),
        interval=(health.interval or 0) / _SECOND,
        timeout=(health.timeout or 0) / _SECOND,
        start_period=(health.start_period or 0) / _SECOND,
        start_interval=(health.start_interval or 0) / _SECOND,
        retries=health.retries or 0,
    )


def history_of(stored: Configuration) -> tuple[HistoryRow, ...]:
    """The history, oldest first; the n-th row that is not marked as empty made the n-th layer."""
    layers = iter(range(len(stored.rootfs.diff_ids or ())))
    return tuple(
        HistoryRow(
            created_by=row.created_by or "",
            comment=row.comment or "",
            created=row.created or "",
            empty_layer=bool(row.empty_layer),
            layer=None if row.empty_layer else next(layers, None),
        )
        for row in stored.history or ()
    )
