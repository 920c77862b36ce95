"""The shell program that begins an engine in its container, and says what happens there."""

from __future__ import annotations

# The first process of the container: when it ends, the kernel ends all others. It ends when its input does, which is a
# pipe that only Drydock holds. Control groups are laid out as in `sealed.cgroups`: one for the engine, a smaller one
# for what it runs. Of the base images' layers only the small files are copied; their contents stay in the volume, where
# nobody can write. It prints a word for each limit that is met, and a dot for each time that it has looked.
INSIDE = r"""
set -e
mode=$1 memory=$2 processes=$3 disk=$4 files=$5 owner=$6
top=/sys/fs/cgroup data=/var/lib/docker
if [ -e $top/cgroup.controllers ]; then
  mount -o remount,bind,rw $top
  mkdir -p $top/engine $top/containers
  for pid in $(cat $top/cgroup.procs); do echo "$pid" > $top/engine/cgroup.procs || true; done
  for name in memory pids cpu; do echo "+$name" > $top/cgroup.subtree_control; done
  echo "$memory" > $top/containers/memory.max
  echo 0 > $top/containers/memory.swap.max || true
  echo "$processes" > $top/containers/pids.max
  pids=$top/containers/pids.current
else
  for group in $top/*; do
    [ -L $group ] || [ ! -d $group ] || mount -o remount,bind,rw $group
  done
  for name in memory pids; do
    mkdir -p $top/$name/engine $top/$name/containers
    echo $$ > $top/$name/engine/cgroup.procs
  done
  echo "$memory" > $top/memory/containers/memory.limit_in_bytes
  echo "$memory" > $top/memory/containers/memory.memsw.limit_in_bytes 2>/dev/null || true
  echo "$processes" > $top/pids/containers/pids.max
  pids=$top/pids/containers/pids.current
fi
if [ "$mode" = prepare ]; then
  if [ -e /prepared/whole ]; then echo whole; exit; fi
  rm -rf /prepared/*
  mount --bind /prepared $data
else
  if [ ! -e /prepared/whole ]; then echo unprepared; exit; fi
  mount -t tmpfs -o "size=$disk,nr_inodes=$files,mode=0710" tmpfs $data
  mkdir $data/overlay2
  cd /prepared
  for path in *; do
    [ "$path" = overlay2 ] || [ "$path" = whole ] || cp -a "$path" $data/
  done
  cd overlay2
  for path in *; do
    if [ "$path" = l ]; then cp -a l $data/overlay2/; continue; fi
    mkdir -p $data/overlay2/$path/diff $data/overlay2/$path/work
    for part in $path/*; do
      [ -d $part ] || cp -a $part $data/overlay2/$path/
    done
    mount --bind $path/diff $data/overlay2/$path/diff
  done
fi
cd /
mkdir -p /run/docker
door=
[ ! -d /door ] || door=--host=unix:///door/docker.sock
echo 1 > /proc/sys/net/ipv4/ip_forward
dockerd --data-root=$data --cgroup-parent=/containers --exec-opt=native.cgroupdriver=cgroupfs \
  --storage-driver=overlay2 --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --ip=127.0.0.1 \
  --log-opt max-size=10m --log-opt max-file=2 --host=unix:///run/docker.sock $door > /tmp/log 2>&1 < /dev/null &
engine=$!
export DOCKER_HOST=unix:///run/docker.sock
until [ -S /run/docker.sock ] && docker version > /dev/null 2>&1; do
  if ! kill -0 $engine; then echo failed; tail -n 12 /tmp/log; exit; fi
  sleep 0.02
done
[ ! "$door" ] || chown "$owner" /door/docker.sock
: > /run/kills
if [ ! -e $top/cgroup.controllers ]; then
  case $(uname -m) in aarch64) call=19 ;; *) call=290 ;; esac
  perl -e '
    my ($folder, $call) = @ARGV;
    open my $control, "<", "$folder/memory.oom_control" or die;
    my $event = syscall $call, 0, 0;
    open my $register, ">", "$folder/cgroup.event_control" or die;
    syswrite $register, "$event " . fileno $control or die;
    close $register;
    open my $events, "<&=", $event or die;
    open my $kills, ">>", "/run/kills" or die;
    syswrite $kills, "x" while sysread $events, my $count, 8;
  ' $top/memory/containers $call < /dev/null > /dev/null 2>&1 &
fi
kills() {
  if [ -e $top/cgroup.controllers ]; then
    while read -r key value; do [ "$key" != oom_kill ] || echo "$value"; done < $top/containers/memory.events
  else
    wc -c < /run/kills
  fi
}
watch() {
  before=0
  while sleep 0.1; do
    set -- $(stat -f -c '%a %S %d' $data)
    [ $(($1 * $2)) -ge 1000000 ] || echo bytes
    [ "$3" -ge 16 ] || echo files
    read -r now < $pids
    [ "$now" -lt "$processes" ] || echo processes
    now=$(kills)
    [ "$now" -le "$before" ] || echo memory
    before=$now
    echo .
  done
}
echo ready
[ "$mode" = prepare ] || watch < /dev/null 2> /dev/null &
read -r word || exit 0
if [ "$mode" = prepare ] && [ "$word" = done ]; then
  kill -TERM $engine
  wait $engine || true
  sync
  : > $data/whole
  echo whole
fi
"""

# Connects with a port of the engine's network, and does $2 then: its input and output are the connection, and its
# descriptors 3 and 4 are ours. It prints a line when it begins, and $2 prints one where there is a connection. Docker's
# own image has no bash, and the other one no nc. A program in the background has no input but what it is given.
JOIN = r"""
exec 3<&0 4>&1
if command -v nc > /dev/null; then echo; exec nc 127.0.0.1 "$1" -e sh -c "$2"; fi
exec bash -c 'echo; exec 5<> /dev/tcp/127.0.0.1/$1 || exit; exec <&5 >&5 5>&-; eval "$2"' bash "$1" "$2"
"""
# Carries both ways, until one end closes.
CARRY = "echo >&4; (cat <&3; kill 0) & cat >&4; kill 0"
# Looks so many seconds whether the connection is ended at once. It is done there, where no way takes time.
HOLD = "timeout {seconds} sh -c '[ $(head -c 1 | wc -c) = 1 ]'; case $? in 0|124|143) echo >&4 ;; esac"
