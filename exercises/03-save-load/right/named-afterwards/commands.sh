image=harbour:1.0

id=$(docker build -q -f harbour.dockerfile .)
docker tag $id $image
docker image save $image | gzip --fast > image.tgz
