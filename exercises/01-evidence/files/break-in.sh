#!/bin/sh
# Acts a break-in: makes the image shop:1 and the container shop, in which somebody has been. Run it in this folder.
# What was done is written so that it cannot be read by the way: finding out is your task.
#
#   sh break-in.sh            the container is called shop
#   docker rm -f shop         when you have done, or before you begin again
set -e
container=${1:-shop}
image=${2:-shop:1}

docker build -q -t "$image" -f shop.dockerfile . > /dev/null
docker run -d --name "$container" "$image" > /dev/null
docker exec -i "$container" sh -c 'base64 -d | sh' <<'END'
c2VkIC1pICdzL15sb2JzdGVyIC4qL2xvYnN0ZXIgICAxLjUwLycgL3Nydi9zaG9wL3ByaWNlcy50eHQKZWNobyAnZ2hvc3Q6OjA6
MDo6LzovYmluL3NoJyA+PiAvZXRjL3Bhc3N3ZApta2RpciAtcCAvdmFyL3RtcC8uY2FjaGUgL3Zhci9zcG9vbC9jcm9uL2Nyb250
YWJzCnByaW50ZiAnIyEvYmluL3NoXG53aGlsZSA6OyBkbyBzbGVlcCAzNjAwOyBkb25lXG4nID4gL3Zhci90bXAvLmNhY2hlL3N5
bmMKY2htb2QgNzU1IC92YXIvdG1wLy5jYWNoZS9zeW5jCmVjaG8gJyovNSAqICogKiAqIC92YXIvdG1wLy5jYWNoZS9zeW5jIDQ0
NDQnID4gL3Zhci9zcG9vbC9jcm9uL2Nyb250YWJzL3Jvb3QKcm0gL3Nydi9zaG9wL2FjY2Vzcy5sb2cK
END
docker exec -d "$container" sh -c "$(echo ZXhlYyBzaCAvdmFyL3RtcC8uY2FjaGUvc3luYyA0NDQ0 | docker exec -i "$container" base64 -d)"
echo "The container $container runs. Somebody has been there."
