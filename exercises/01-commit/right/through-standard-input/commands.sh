container=tide
image=tide:1

docker run -i -w /srv --name $container busybox:1.37 \
  sh -c 'cat > /bin/tide && chmod 755 /bin/tide && tide record' < tide
docker commit -a "Mia Harbour <mia@example.org>" -m "after the first record" -c 'ENTRYPOINT ["/bin/tide"]' -c 'CMD []' \
  $container $image
docker save $image > image.tar
