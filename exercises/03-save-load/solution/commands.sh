image=harbour:1.0

docker build -t $image -f harbour.dockerfile .
docker save $image | gzip > image.tar.gz
