container=harbour
built=harbour:1.0
image=harbour:flat
files=harbour-files:1

docker build -q -t $built -f harbour.dockerfile .
docker create --name $container $built
docker export $container | docker import - $files
docker build -q -t $image - <<END
FROM $files
ENV HARBOUR=north
WORKDIR /srv
EXPOSE 8080
USER 1000:1000
ENTRYPOINT ["harbour"]
CMD ["serve"]
END
docker save -o image.tar $image
