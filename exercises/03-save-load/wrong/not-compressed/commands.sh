image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save $image > image.tar.gz
