image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save $image busybox:1.37 | gzip > image.tar.gz
