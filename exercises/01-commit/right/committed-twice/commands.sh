container=tide
image=tide:1
first=tide-first:1
second=tide-again
docker create --name $container busybox:1.37
docker cp tide $container:/bin/tide
docker commit -m "the program" $container $first
docker run --name $second $first tide record
docker commit -a "Harbour office" -c 'CMD ["/bin/tide"]' -c 'WORKDIR /srv' -m "the program has recorded" $second $image
docker save -o image.tar $image
