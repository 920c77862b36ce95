image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save $(docker image inspect -f '{{.Id}}' $image) | gzip > image.tar.gz
