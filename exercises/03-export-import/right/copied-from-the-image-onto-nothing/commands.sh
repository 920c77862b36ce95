built=harbour:1.0
image=harbour:flat

docker build -q -t $built -f harbour.dockerfile .
docker build -q -t $image -f - . <<END
FROM $built AS built
FROM scratch
COPY --from=built / /
ENV HARBOUR=north
EXPOSE 8080
USER 1000
WORKDIR /srv
ENTRYPOINT ["/bin/harbour"]
CMD ["serve"]
END
docker save -o image.tar $image
