container=harbour
image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker run --name $container $image about
docker commit -m "before the journey" $container $image
docker save $image | gzip > image.tar.gz
