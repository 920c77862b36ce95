container=tide
image=tide:1

docker run -i --name $container busybox:1.37 sh -c 'cat > /bin/tide; sh /bin/tide record' < tide
docker commit -a "Mia" -m "tides recorded" -c 'CMD ["tide"]' -c 'WORKDIR /srv' $container $image
docker save -o image.tar $image
