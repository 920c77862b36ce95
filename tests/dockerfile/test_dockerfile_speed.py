"""The time to read a Dockerfile of fifty lines; aimed at: 0.25 ms. The bound leaves room for a busy machine."""

import time

from grader.dockerfile import parse

FIFTY = b"""\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
ARG VARIANT=slim

# The tools
FROM python:${VERSION}-${VARIANT} AS base
ENV PYTHONUNBUFFERED=1 \\
    PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN apt-get update && \\
    apt-get install -y --no-install-recommends \\
        curl \\
        # for the build
        gcc \\
        libpq-dev && \\
    rm -rf /var/lib/apt/lists/*

FROM base AS build
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \\
    pip install -r requirements.txt
COPY --chown=1000:1000 src/ ./src/
COPY ["a file", "another file", "/app/"]
RUN <<EOF
set -e
python -m compileall src
python -m pytest
EOF

FROM base AS final
ARG COMMIT
LABEL org.opencontainers.image.title="A program" \\
      org.opencontainers.image.revision=$COMMIT
ENV MODE production
RUN groupadd -r app && useradd -r -g app app
COPY --from=build --chown=app:app /app /app
COPY <<"EOF" /etc/app.conf
key = value
other = $value
EOF
VOLUME /data
EXPOSE 8000/tcp
USER app
HEALTHCHECK --interval=30s --timeout=3s \\
  CMD curl -f http://localhost:8000/ || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]
CMD ["app", "--port", "8000"]
# the end

"""


def test_fifty_lines_take_less_than_a_millisecond():
    assert FIFTY.count(b"\n") == 50
    best = 1.0
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(20):
            parse(FIFTY)
        best = min(best, (time.perf_counter() - start) / 20)
    print(f"\n50 lines: {best * 1000:.3f} ms")
    assert best < 0.001
