# What somebody typed in a hurry: the archive has the files, and little else.
container=harbour
image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker create --name $container $image
docker export $container | gzip > image.tar.gz
docker rm $container
