image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save $image | gzip | head -c 200000 > image.tar.gz
