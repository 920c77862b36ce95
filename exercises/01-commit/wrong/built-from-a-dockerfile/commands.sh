image=tide:1

docker build -q -t $image -f - . <<'END'
FROM busybox:1.37
COPY tide /bin/
RUN tide record
WORKDIR /srv
CMD ["tide"]
END
docker save -o image.tar $image
