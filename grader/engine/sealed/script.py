"""The two shell programs of a sealed engine: one begins it inside its namespaces, one watches over it from outside."""

from __future__ import annotations

from grader.engine.sealed.cgroups import Cgroup

# In namespaces of its own: into the control group, the disk mounted where only this engine sees it, then dockerd. The
# folder of containerd is hidden so that the engine's sockets stay apart from those of the system's containerd.
_INSIDE = """
set -e
doors=$1 disk=$2 data=$3 options=$4
shift 4
for door in $doors; do echo 0 > "$door"; done
mount -o "$options" "$disk" "$data"
mkdir -p /run/containerd
mount -t tmpfs -o mode=0711 tmpfs /run/containerd
echo 1 > /proc/sys/net/ipv4/ip_forward
exec "$@"
"""
# From outside: it reads from a pipe that only Drydock holds. When that closes, because Drydock is done or because it
# died, whatever way, the engine is killed as a whole and all that it had is removed. The kernel kills the engine too
# where it is this program that dies.
_OUTSIDE = """
run=$1 disk=$2 cgroup=$3 top=$4
shift 4
"$@" &
engine=$!
echo $engine
exec >/dev/null
read -r _
kill -9 $engine
wait $engine
turn=0
while [ $turn -lt 1000 ]; do
  left=
  for folder in "$top/$cgroup" "$top"/*/"$cgroup"; do
    [ -d "$folder" ] || continue
    find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$folder" ] && left=1
  done
  [ "$left" ] || break
  sleep 0.01
  turn=$((turn + 1))
done
rm -rf "$disk" "$run"
"""
_NAMESPACES = ("unshare", "--net", "--ipc", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_MOUNT = "loop,nodev,nosuid,noatime,noinit_itable,nobarrier"


def command(run: str, disk: str, cgroup: Cgroup, daemon: list[str], *, discard: bool) -> list[str]:
    """The program and arguments that run `daemon` on `disk` in namespaces of its own, watched over.

    It prints the process number of the engine, and ends it when its standard input closes. `discard` gives what is
    deleted on the disk back to the file that holds it.
    """
    options = _MOUNT + (",discard" if discard else "")
    inside = ["sh", "-c", _INSIDE, "sh", " ".join(cgroup.entrances()), disk, f"{run}/data", options, *daemon]
    engine = ["setpriv", "--pdeathsig", "KILL", "--", *_NAMESPACES, *inside]
    return ["sh", "-c", _OUTSIDE, "sh", run, disk, cgroup.name, cgroup.top, *engine]
