container=tide
image=tide:1

docker create --name $container busybox:1.37
docker cp tide $container:/bin/tide
docker commit -a "Mia" -m "tides recorded" -c 'CMD ["tide"]' -c 'WORKDIR /srv' $container $image
docker save -o image.tar $image
