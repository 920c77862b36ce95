container=harbour
built=harbour:1.0
image=harbour:flat

docker build -q -t $built -f harbour.dockerfile .
docker create --name $container $built
docker tag $built $image
docker save -o image.tar $image
