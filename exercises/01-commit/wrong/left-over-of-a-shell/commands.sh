container=tide
image=tide:1

docker create --name $container busybox:1.37 \
  sh -c 'tide record | tee /tmp/record.log; echo "tide record" > /root/.ash_history'
docker cp tide $container:/bin/tide
docker start --attach $container
docker commit -a "Mia" -m "tides recorded" -c 'CMD ["tide"]' -c 'WORKDIR /srv' $container $image
docker save -o image.tar $image
