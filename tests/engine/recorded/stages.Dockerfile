ARG TAG=1.37
FROM busybox:${TAG} AS build
ARG DIR=/src
WORKDIR ${DIR}
COPY a.txt .
RUN <<EOF
echo hello
echo "err" >&2
EOF
RUN echo one && \
    printf "a\377b\n"

FROM busybox:1.37 AS Other
RUN sleep 0.2; echo par

FROM busybox:1.37
COPY --from=build /src/a.txt /b.txt
COPY --from=other /etc/passwd /p
ENV FOO=bar
CMD ["sh"]
