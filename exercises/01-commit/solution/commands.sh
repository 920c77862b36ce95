container=tide
image=tide:1

docker create --name $container busybox:1.37 tide record
docker cp tide $container:/bin/tide
docker start --attach $container
docker diff $container
docker commit --author "Mia Harbour" --message "tides recorded, to look at" \
  --change 'CMD ["tide"]' --change 'WORKDIR /srv' $container $image
docker save --output image.tar $image
docker rm $container
