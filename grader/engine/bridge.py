"""Bridges and address ranges by the kernel's own calls, since a bare machine has no `ip` program."""

import fcntl
import hashlib
import ipaddress
import socket
import struct
from contextlib import closing
from pathlib import Path

from grader.errors import EngineError

# Numbers of the calls: linux/sockios.h and netdevice(7).
_ADD_BRIDGE, _DELETE_BRIDGE = 0x89A0, 0x89A1
_SET_ADDRESS, _GET_ADDRESS, _SET_NETMASK = 0x8916, 0x8915, 0x891C
_SET_FLAGS, _GET_FLAGS = 0x8914, 0x8913
_UP = 0x1

Network = ipaddress.IPv4Network


def bridge_name(key: str, name: str) -> str:
    """The name of an engine's bridge: at most 15 characters, as the kernel wants; `key` as in `Places`."""
    return f"dd{key}{hashlib.sha256(name.encode()).hexdigest()[:4]}"


def free_range(seed: str, before: str = "") -> Network:
    """A /20 out of 10.0.0.0/8 in which this machine has no route: the one of `before` if it is still free.

    `seed`, eight hexadecimal digits, decides where the search begins.

    Raises EngineError when all are taken.
    """
    taken = [network for network in _routes() if network.prefixlen]
    first = int(seed, 16)
    search = [Network(((10 << 24) | (((first + step * 257) % 4096) << 12), 20)) for step in range(4096)]
    for wanted in [Network(before), *search] if before else search:
        if not any(wanted.overlaps(network) for network in taken):
            return wanted
    raise EngineError("No private address range is free on this machine for the bridge of Drydock's engine.")


def make_bridge(name: str, network: Network) -> None:
    """Make the bridge `name` with the first address of `network`, up; one that is there already is taken over.

    Raises EngineError when the kernel refuses.
    """
    address = network.network_address + 1
    try:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control:
            if not exists(name):
                fcntl.ioctl(control, _ADD_BRIDGE, _name(name))
            fcntl.ioctl(control, _SET_ADDRESS, _with_address(name, address))
            fcntl.ioctl(control, _SET_NETMASK, _with_address(name, network.netmask))
            set_up(control, name, True)
    except OSError as error:
        raise EngineError(
            f"The bridge {name} for the containers of Drydock's engine cannot be made: {error.strerror}.",
            "Drydock's own engine needs root with the right to change network interfaces (CAP_NET_ADMIN).",
        ) from error


def remove_bridge(name: str) -> bool:
    """Take the bridge `name` down and away; returns whether it was there."""
    if not exists(name):
        return False
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control:
        set_up(control, name, False)
        fcntl.ioctl(control, _DELETE_BRIDGE, _name(name))
    return True


def exists(name: str) -> bool:
    """Whether there is an interface of that name."""
    return Path("/sys/class/net", name).exists()


def bridges_in(network: Network) -> list[str]:
    """The names of the bridges whose address lies in `network`: those of an engine's own networks."""
    found = []
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control:
        for folder in sorted(Path("/sys/class/net").iterdir()):
            if not (folder / "bridge").is_dir():
                continue
            try:
                answer = fcntl.ioctl(control, _GET_ADDRESS, _name(folder.name).ljust(40, b"\0"))
            except OSError:
                continue
            if ipaddress.IPv4Address(answer[20:24]) in network:
                found.append(folder.name)
    return found


def _routes() -> list[Network]:
    """The networks of this machine's routing table, in the form of proc_net(5): hexadecimal, least byte first."""
    rows = [line.split() for line in Path("/proc/net/route").read_text("ascii").splitlines()[1:]]
    return [Network((_reversed(row[1]), str(ipaddress.IPv4Address(_reversed(row[7]))))) for row in rows]


def _reversed(word: str) -> int:
    return int.from_bytes(bytes.fromhex(word), "little")


def _name(name: str) -> bytes:
    return name.encode("ascii").ljust(16, b"\0")


def _with_address(name: str, address: ipaddress.IPv4Address) -> bytes:
    return _name(name) + struct.pack("=HH4s8x8x", socket.AF_INET, 0, address.packed)


def set_up(control: socket.socket, name: str, up: bool) -> None:
    """Bring the interface `name` up or down; raises OSError when the kernel refuses."""
    answer = fcntl.ioctl(control, _GET_FLAGS, _name(name).ljust(40, b"\0"))
    flags = struct.unpack("=H", answer[16:18])[0]
    flags = flags | _UP if up else flags & ~_UP
    fcntl.ioctl(control, _SET_FLAGS, struct.pack("=16sH22x", _name(name), flags))
