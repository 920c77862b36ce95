container=harbour
image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker create --name $container $image
docker export $container | docker import - $image
docker save $image | gzip > image.tar.gz
