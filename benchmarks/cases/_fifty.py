"""A Dockerfile of fifty lines, as a real one is: stages, a here-document, lists, flags, variables."""

FIFTY = b"""\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
ARG VARIANT=slim

# What all stages have in common.
FROM python:${VERSION}-${VARIANT} AS base
ENV PYTHONUNBUFFERED=1 \\
    PIP_NO_CACHE_DIR=1
WORKDIR /srv/shop
RUN apt-get update && \\
    apt-get install -y --no-install-recommends \\
        ca-certificates \\
        # needed to compile the driver
        gcc \\
        libpq-dev && \\
    rm -rf /var/lib/apt/lists/*

FROM base AS build
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \\
    pip install --prefix=/install -r requirements.txt
COPY --chown=1000:1000 shop/ ./shop/
COPY ["read me", "change log", "/srv/shop/"]
RUN <<EOF
set -e
python -m compileall shop
python -m unittest discover
EOF

FROM base AS final
ARG COMMIT
LABEL org.opencontainers.image.title="The shop" \\
      org.opencontainers.image.revision=$COMMIT
ENV MODE production
RUN groupadd -r shop && useradd -r -g shop shop
COPY --from=build --chown=shop:shop /install /usr/local
COPY <<"EOF" /etc/shop.conf
currency = EUR
rates = $none
EOF
VOLUME /data
EXPOSE 8000/tcp
USER shop
HEALTHCHECK --interval=30s --timeout=3s \\
  CMD python -m shop.alive || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]
CMD ["shop", "--port", "8000"]
# the end

"""
