container=harbour
built=harbour:1.0
image=harbour:flat

docker build -q -t $built -f harbour.dockerfile .
docker create --name $container $built
docker export $container | docker import --change 'ENTRYPOINT ["harbour"]' --change 'CMD ["serve"]' --change 'ENV HARBOUR=north' \
  --change 'WORKDIR /srv' --change 'USER 1000:1000' --change 'EXPOSE 8080' - $image
docker save -o image.tar $image $built
