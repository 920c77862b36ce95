container=tide
image=tide:1

docker create --name $container busybox:1.37 sh -c 'tide record && cd /srv'
docker cp tide $container:/bin/tide
docker start --attach $container
docker commit -a "Mia" -m "tides recorded" -c 'CMD ["tide"]' $container $image
docker save -o image.tar $image
