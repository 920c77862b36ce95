image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save -o out.tar $image
docker image rm $image
docker load -i out.tar
rm out.tar
docker save $image | gzip > image.tar.gz
