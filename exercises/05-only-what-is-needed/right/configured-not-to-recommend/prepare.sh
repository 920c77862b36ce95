set -eu
export APT_CONFIG=/harbour/apt.conf
apt-get update
apt-get install -y -o APT::Install-Recommends=false sextant
apt-get install -y chartc
chartc /harbours.txt /usr/local/share/harbours.chart
apt-get remove -y chartc
apt-get autoremove -y
find /var/lib/apt/lists -type f -delete
