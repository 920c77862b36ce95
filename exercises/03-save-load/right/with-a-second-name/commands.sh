image=harbour:1.0
second=harbour:latest

docker build -q -t $image -t $second -f harbour.dockerfile .
docker save $image $second | gzip > image.tar.gz
