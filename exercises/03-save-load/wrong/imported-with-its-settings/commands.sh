container=harbour
image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker create --name $container $image
docker export $container | docker import -c 'ENTRYPOINT ["harbour"]' -c 'ENV HARBOUR=north' -c 'WORKDIR /srv' \
  -c 'USER 1000:1000' -c 'EXPOSE 8080' - $image
docker save $image | gzip > image.tar.gz
