"""How Drydock's own dockerd is called, what it is told, and what it leaves behind."""

import os
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from grader.engine.bridge import Network
from grader.engine.places import PrivateSpec

_UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
# Without forwarding, dockerd warns at each run that networking will not work. Ports are published by docker-proxy,
# which needs none, so dockerd is shown a file that says 1. A folder of its own keeps the sockets of the engine's
# containers apart from those of the system's containerd.
_BEGIN = """
set -e
mount --bind "$1" /proc/sys/net/ipv4/ip_forward
mkdir -p /run/containerd
mount -t tmpfs -o mode=0711 tmpfs /run/containerd
if [ "$2" != 0 ]; then mkdir -p "$3"; mount -t tmpfs -o "mode=0711,size=$2" tmpfs "$3"; fi
shift 3
exec "$@"
"""


def host_in(run: Path) -> str:
    """The address of the engine whose folder for running is `run`."""
    return f"unix://{run / 'docker.sock'}"


def client_folder(folder: Path, prefix: Path) -> str:
    """The DOCKER_CONFIG of an engine whose folder is `folder`: buildx of the programs in `prefix`, and nothing else."""
    config = folder / "config"
    plugin = config / "cli-plugins/docker-buildx"
    there = prefix / "usr/libexec/docker/cli-plugins/docker-buildx"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    if there.exists() and not (plugin.is_symlink() and plugin.readlink() == there):
        plugin.unlink(missing_ok=True)
        plugin.symlink_to(there)
    return str(config)


def daemon_command(folder: Path, run: Path, bridge: str, cgroup: str, memory_bytes: int = 0) -> list[str]:
    """The program and arguments that run dockerd in namespaces of its own; `run` holds a file `one` that says 1.

    With `memory_bytes` what it stores lies in memory, in a mount that ends with the namespaces.
    """
    data = folder / "data"
    daemon = [
        "dockerd",
        f"--config-file={folder / 'daemon.json'}",
        f"--data-root={data}",
        f"--exec-root={run / 'exec'}",
        f"--host={host_in(run)}",
        f"--pidfile={run / 'dockerd.pid'}",
        f"--bridge={bridge}",
        f"--cgroup-parent=/{cgroup}",
        # Where systemd runs, dockerd leaves the groups to it by itself, and takes only a parent that is a slice.
        "--exec-opt=native.cgroupdriver=cgroupfs",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        "--ip=127.0.0.1",
    ]
    return [*_UNSHARE, "sh", "-c", _BEGIN, "sh", str(run / "one"), str(memory_bytes), str(data), *daemon]


def daemon_configuration(spec: PrivateSpec, network: Network, mirror: str = "") -> bytes:
    """The text of daemon.json: networks that a user makes get the rest of `network`, of which the bridge has a /24.

    `mirror` is the address of a mirror of Docker Hub, or empty.
    """
    pools = list(network.subnets(new_prefix=21))[1:]
    return msgspec.json.encode(
        {
            "features": {"containerd-snapshotter": spec.store == "containerd"},
            "default-address-pools": [{"base": str(part), "size": 24} for part in pools],
            "log-opts": {"max-size": "10m", "max-file": "2"},
            "registry-mirrors": [mirror] if mirror else [],
        }
    )


def remove_cgroups(name: str) -> None:
    """Remove the cgroups `name` and all below, the deepest first; one that is still in use is waited for (3 s)."""
    top = Path("/sys/fs/cgroup")
    limit = time.monotonic() + 3
    for root in [path for path in (top / name, *top.glob(f"*/{name}")) if path.is_dir()]:
        while root.exists():
            for path, _, _ in os.walk(root, topdown=False):
                with suppress(OSError):
                    os.rmdir(path)  # noqa: PTH106
            if time.monotonic() > limit:
                break
            time.sleep(0.02)


def bytes_in(folder: Path) -> int:
    """What the files below `folder` take on the disk, each counted once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for path, folders, files in os.walk(folder, onerror=None):
        for name in (*folders, *files):
            with suppress(OSError):
                found = os.lstat(os.path.join(path, name))  # noqa: PTH118
                if (found.st_dev, found.st_ino) not in seen:
                    seen.add((found.st_dev, found.st_ino))
                    total += found.st_blocks * 512
    return total
