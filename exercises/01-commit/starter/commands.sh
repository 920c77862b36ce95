# What somebody typed in a hurry: docker says nothing, yet the archive is not what was asked for.
container=tide
image=tide:latest

docker run -i --name $container busybox:1.37 sh -c 'cat > /bin/tide; sh /bin/tide record; touch /tmp/done' < tide
docker commit $container $image
docker export -o image.tar $container
docker rm $container
