container=harbour
built=harbour:1.0
image=harbour:flat

docker build -q -t $built -f harbour.dockerfile .
docker create --name $container $built
docker export -o files.tmp $container
docker build -q -t $image -f - . <<'END'
FROM scratch
ADD files.tmp /
ENV HARBOUR=north PATH=/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /srv
EXPOSE 8080
USER 1000
ENTRYPOINT ["harbour"]
CMD ["serve"]
END
docker save -o image.tar $image
