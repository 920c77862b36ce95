"""The two base images that need no package manager: a folder of files, put together from unpacked packages."""

import re
from pathlib import Path

from grader.engine.bases.archive import LayerWriter
from grader.engine.run import output, system_environment
from grader.errors import BaseImageError

_USERS = """root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
"""
_GROUPS = (
    "root 0,daemon 1,bin 2,sys 3,adm 4,tty 5,disk 6,mail 8,wheel 10,cdrom 11,floppy 19,users 100,www-data 33,"
    "operator 37,nobody 65534"
)
_STATIC_USERS = """root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
"""
_STATIC_GROUPS = (
    "root 0,daemon 1,bin 2,sys 3,adm 4,tty 5,disk 6,mail 8,wheel 10,cdrom 11,floppy 19,users 100,www-data 33,"
    "operator 37,nobody 65534"
)
# Debian's busybox lacks these two, which the image of Docker Hub has: the options are those of busybox's own.
_ADDGROUP = """#!/bin/sh
# addgroup [-S] [-g ID] GROUP | addgroup USER GROUP
id=
while getopts g:S option; do case $option in g) id=$OPTARG ;; S) ;; *) exit 1 ;; esac; done
shift $((OPTIND - 1))
case $# in
1)
  if grep -q "^$1:" /etc/group; then echo "addgroup: group '$1' in use" >&2; exit 1; fi
  id=${id:-$(awk -F: '$3 >= 1000 && $3 < 60000 && $3 >= n { n = $3 + 1 } END { print (n > 0 ? n : 1000) }' /etc/group)}
  echo "$1:x:$id:" >> /etc/group ;;
2)
  grep -q "^$2:" /etc/group || { echo "addgroup: unknown group $2" >&2; exit 1; }
  sed -i "/^$2:/{s/\\$/,$1/;s/:,/:/}" /etc/group ;;
*) echo "usage: addgroup [-g ID] [-S] [USER] GROUP" >&2; exit 1 ;;
esac
"""
_ADDUSER = """#!/bin/sh
# adduser [-h DIR] [-g TEXT] [-s SHELL] [-G GROUP] [-S] [-D] [-H] [-u ID] USER | adduser USER GROUP
home= text="Linux User,,," shell=/bin/sh group= id= make=1 system=
while getopts h:g:s:G:u:k:SDH option; do
  case $option in
  h) home=$OPTARG ;; g) text=$OPTARG ;; s) shell=$OPTARG ;; G) group=$OPTARG ;; u) id=$OPTARG ;;
  S) system=1 ;; D | k) ;; H) make= ;; *) exit 1 ;;
  esac
done
shift $((OPTIND - 1))
if [ $# = 2 ]; then exec addgroup "$1" "$2"; fi
if [ $# != 1 ]; then echo "usage: adduser [OPTIONS] USER [GROUP]" >&2; exit 1; fi
if grep -q "^$1:" /etc/passwd; then echo "adduser: user '$1' in use" >&2; exit 1; fi
if [ "$system" ]; then shell=/bin/false; fi
low=1000 high=60000
if [ "$system" ]; then low=100 high=1000; fi
next='$3 >= l && $3 < h && $3 >= n { n = $3 + 1 } END { print (n > 0 ? n : l) }'
id=${id:-$(awk -F: -v l=$low -v h=$high "$next" /etc/passwd)}
if [ "$group" ]; then
  number=$(awk -F: -v g="$group" '$1 == g { print $3 }' /etc/group)
  if [ -z "$number" ]; then echo "adduser: unknown group $group" >&2; exit 1; fi
elif [ "$system" ]; then number=65534
else number=$id; echo "$1:x:$id:" >> /etc/group
fi
home=${home:-/home/$1}
echo "$1:x:$id:$number:$text:$home:$shell" >> /etc/passwd
echo "$1:!:20000:0:99999:7:::" >> /etc/shadow
if [ "$make" ]; then mkdir -p "$home" && chown "$id:$number" "$home"; fi
"""


def write_busybox(prefix: Path, layer: Path) -> None:
    """Write the layer of busybox: the program of the unpacked package in `prefix`, under the name of each command."""
    program = next((path for name in ("usr/bin/busybox", "bin/busybox") if (path := prefix / name).is_file()), None)
    if program is None:
        raise BaseImageError(f"The package busybox-static in {prefix} holds no busybox.")
    commands = output(
        [program, "--list"],
        env=system_environment(),
        seconds=20,
        failure=BaseImageError,
        what="busybox does not list its commands",
    ).split()
    with LayerWriter(layer) as writer:
        writer.folder("bin")
        writer.file("bin/busybox", program.read_bytes(), 0o755)
        for name in sorted({*commands} - {"busybox", "linuxrc", "init", "dpkg", "dpkg-deb", "rpm"}):
            writer.link(f"bin/{name}", "bin/busybox", hard=True)
        for name, text in (("addgroup", _ADDGROUP), ("adduser", _ADDUSER)):
            if name not in commands:
                writer.file(f"bin/{name}", text.encode(), 0o755)
        for name in (
            "dev",
            "etc",
            "home",
            "usr",
            "usr/bin",
            "usr/sbin",
            "var",
            "var/spool",
            "var/spool/mail",
            "var/www",
        ):
            writer.folder(name, owner=65534 if name == "home" else 0)
        writer.folder("root", 0o700)
        writer.folder("tmp", 0o1777)
        writer.link("usr/bin/env", "../../bin/env")
        writer.file("etc/passwd", _USERS.encode())
        groups = [row.split() for row in _GROUPS.split(",")]
        writer.file("etc/group", "".join(f"{name}:x:{number}:\n" for name, number in groups).encode())
        writer.file("etc/shadow", "".join(f"{line.split(':')[0]}:*:::::::\n" for line in _USERS.splitlines()).encode())


def write_static(prefix: Path, layer: Path) -> None:
    """Write the layer of the distroless static image: what a program that needs nothing else still likes to find."""
    certificates = sorted((prefix / "usr/share/ca-certificates").rglob("*.crt"))
    if not certificates:
        raise BaseImageError(f"The package ca-certificates in {prefix} holds no certificate.")
    with LayerWriter(layer) as writer:
        for name in (
            "bin",
            "boot",
            "dev",
            "etc",
            "etc/ssl",
            "etc/ssl/certs",
            "home",
            "lib",
            "proc",
            "run",
            "sbin",
            "sys",
        ):
            writer.folder(name)
        for name in ("usr", "usr/lib", "usr/share", "usr/share/zoneinfo", "var", "var/lib", "var/tmp"):
            writer.folder(name, 0o1777 if name == "var/tmp" else 0o755)
        writer.folder("root", 0o700)
        writer.folder("tmp", 0o1777)
        writer.folder("home/nonroot", 0o700, 65532)
        writer.file("etc/passwd", _STATIC_USERS.encode())
        writer.file("etc/group", _STATIC_GROUPS.encode())
        writer.file("etc/nsswitch.conf", b"hosts: files dns\n")
        for name in ("host.conf", "debian_version", "protocols", "services", "rpc", "ethertypes", "networks"):
            if (prefix / "etc" / name).is_file():
                writer.file(f"etc/{name}", (prefix / "etc" / name).read_bytes())
        writer.file("usr/lib/os-release", (prefix / "usr/lib/os-release").read_bytes())
        writer.link("etc/os-release", "../usr/lib/os-release")
        bundle = b"".join(re.sub(rb"\n*$", b"\n", path.read_bytes()) for path in certificates)
        writer.file("etc/ssl/certs/ca-certificates.crt", bundle)
        writer.tree(prefix / "usr/share/zoneinfo", "usr/share/zoneinfo")
