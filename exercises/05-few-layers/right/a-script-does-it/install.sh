set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
tar -xzf /context/signals.tar.gz -C "$folder"
sh "$folder/signals/build.sh"
mkdir /opt/signals
cp "$folder"/signals/out/* /opt/signals/
