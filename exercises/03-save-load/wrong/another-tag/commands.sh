image=harbour:latest

docker build -q -t $image -f harbour.dockerfile .
docker save $image | gzip > image.tar.gz
