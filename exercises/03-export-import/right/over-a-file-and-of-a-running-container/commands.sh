container=harbour
built=harbour:1.0
image=harbour:flat

docker build -q -t $built -f harbour.dockerfile .
docker run --detach --name $container $built
docker export -o files.tmp $container
docker import -c 'ENTRYPOINT ["/bin/harbour"]' -c 'CMD ["serve"]' -c "ENV HARBOUR=north" -c "EXPOSE 8080/tcp" \
  -c "USER 1000" -c "WORKDIR /srv/" -m "the files of a container" files.tmp $image
docker save $image | gzip > image.tar.gz
