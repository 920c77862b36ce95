image=harbour:1.0

docker build -q -t $image -f harbour.dockerfile .
docker save -o image.tar $image
tar -czf image.tar.gz image.tar
rm image.tar
