container=tide
image=tide:1

docker run --detach --name $container busybox:1.37 sleep 600
docker cp tide $container:/bin/
docker exec $container tide record
docker pause $container
docker commit -p=false -a "Mia" -m "state of the container while it runs" -c "CMD tide" -c "WORKDIR /srv" $container $image
docker unpause $container
docker save $image | gzip > image.tar.gz
