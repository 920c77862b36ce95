image=harbour:1.0

DOCKER_BUILDKIT=0 docker build -q -t $image -f harbour.dockerfile .
docker save $image | gzip > image.tar.gz
