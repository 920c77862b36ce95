container=tide
image=tide:1

docker create --name $container -w /srv busybox:1.37 sh -c 'tide record; touch /srv/leftover; rm /srv/leftover'
docker cp tide $container:/bin/tide
docker start --attach $container
docker diff $container
docker commit -a "Mia" -m "recorded, nothing left over" -c 'CMD ["sh", "-c", "tide"]' $container $image
docker save -o image.tgz $image
