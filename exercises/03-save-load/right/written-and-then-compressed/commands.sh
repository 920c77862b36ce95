image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save --output image.tar $image
gzip -9 image.tar
