container=tide
image=tide:1

docker create --name $container busybox:1.37 tide record
docker cp tide $container:/bin/tide
docker start --attach $container
docker commit -a "Mia" -m "tides recorded" -c 'CMD ["tide"]' -c 'WORKDIR /srv' $container $image
docker export -o image.tar $container
