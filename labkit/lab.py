"""`./drydock lab`: the course in JupyterLab, with the engine found or started, and with settings of its own."""

import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.engine.places import EngineAddress, Places
from grader.errors import DrydockError, EngineError, MachineError, UsageError
from grader.work import work_folder
from labkit.copies import FOLDER, lay_notebooks

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

HERE = "127.0.0.1"
FIRST_PORT = 8888
PORTS_TRIED = 50
WELCOME = "00-welcome.ipynb"
DOCKER_SETTINGS = ("DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
# Settings of another Jupyter, which would change or be changed by this one.
JUPYTER_SETTINGS = (
    "JUPYTER_PATH",
    "JUPYTER_TOKEN",
    "JUPYTERLAB_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)
# What else is installed and would start with it; nbgrader's are there for those who have a class.
OTHERS = (
    *("jupyter_lsp", "jupytext", "notebook", "notebook_shim"),
    *("nbgrader.server_extensions.formgrader", "nbgrader.server_extensions.validate_assignment"),
    *("nbgrader.server_extensions.assignment_list", "nbgrader.server_extensions.course_list"),
)


def say(text: str) -> None:
    """Print a line to standard error, whole, from whichever thread."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def serve(*, port: int | None, ip: str, browser: bool, docker: bool) -> int:
    """Find or start the engine (if `docker`), then serve the course until it is stopped; returns the exit status.

    `port` None is the first free one; `browser` opens one. Raises UsageError when the port is taken or not a port,
    EngineError where there is no engine.
    """
    root = Path(__file__).resolve().parent.parent
    places = Places.from_environment(os.environ)
    free = chosen_port(port, ip)
    if ip not in (HERE, "localhost"):
        say(f"Warning: serving on {ip}. Whoever reaches it and has the token runs programs here as you.")
    address = engine(places, say) if docker else None
    set_environment(environment(os.environ, root, places, address))
    if address and address.private:
        threading.Thread(target=prepare, args=(places, address, say), daemon=True).start()
    notebooks = own_notebooks(root, work_folder(os.environ), say)
    say("Starting JupyterLab …")
    run_server(settings(root, notebooks, ip=ip, port=free, browser=browser, token=secrets.token_hex(24)), say)
    return 0


def own_notebooks(root: Path, work: Path, say: Callable[[str], None]) -> Path:
    """The folder of the notebooks to open: the learner's copies, or the course's own where no copy can be shown.

    JupyterLab shows what lies below `root`, the course's folder; a learner's folder `work` may lie elsewhere.
    """
    if not work.resolve().is_relative_to(root.resolve()):
        return root / FOLDER
    try:
        kept = lay_notebooks(root, work)
    except OSError as error:
        say(f"Your copies of the notebooks cannot be written to {work}: {error.strerror}. The course's own are opened.")
        return root / FOLDER
    for name, aside in kept.items():
        say(f"{name} is new in the course; your own is kept beside it as {aside}.")
    return work / FOLDER


def engine(places: Places, say: Callable[[str], None]) -> EngineAddress:
    """The engine that lessons and exercises build with; raises EngineError with what to do where there is none."""
    from grader.engine.find import find_or_start

    try:
        return find_or_start(places, os.environ, say)
    except MachineError as error:
        raise EngineError(str(error), "To read the course without Docker: ./drydock lab --no-engine") from error


def prepare(places: Places, address: EngineAddress, say: Callable[[str], None]) -> None:
    """Get ready what lessons need while the learner reads: the first base images, and the registry's program.

    A lesson that is quicker waits for its own; later ones find all there, without a network too.
    """
    from grader.engine import registry
    from grader.engine.bases.ensure import ensure

    for name in ("busybox:1.37", "debian:trixie-slim"):
        try:
            ensure(address, places, [name], say)
        except DrydockError as error:
            say(f"The base image {name} is not ready: {error}")
    try:
        registry.program(places, say)
    except DrydockError as error:
        say(f"The registry of lessons 3 and 4 is not ready: {error}")


def chosen_port(wanted: int | None, ip: str) -> int:
    """`wanted`, or else the first free port from 8888 on; raises UsageError when `wanted` is taken or not a port."""
    if wanted is None:
        free = next((port for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if is_free(port, ip)), 0)
        if not free:
            raise UsageError(
                f"No port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} of {ip} can be used.",
                "Name another with --port, and check the address of --ip.",
            )
        return free
    if not 1 <= wanted <= 65535:
        raise UsageError(f"--port {wanted}: a port is a number from 1 to 65535.")
    if not is_free(wanted, ip):
        free = next((port for port in range(wanted + 1, min(wanted + PORTS_TRIED, 65536)) if is_free(port, ip)), 0)
        raise UsageError(
            f"Port {wanted} of {ip} cannot be used: another program has it, or it is not yours to use.",
            f"Use --port {free}, or leave --port out." if free else "Leave --port out.",
        )
    return wanted


def is_free(port: int, ip: str) -> bool:
    """Whether a server can listen on `port` of `ip`."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with closing(socket.socket(family)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ip, port))
        except OSError:
            return False
        return True


def environment(env: Mapping[str, str], root: Path, places: Places, address: EngineAddress | None) -> dict[str, str]:
    """The environment of the server and of every kernel: `env`, with the engine's client and the course in it."""
    folder = Path(places.data, "jupyter")
    path = [str(Path(sys.executable).parent), *(address.path.split(os.pathsep) if address else [])]
    path += env.get("PATH", os.defpath).split(os.pathsep)
    made = {key: value for key, value in env.items() if key not in JUPYTER_SETTINGS}
    made |= {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_CONFIG_PATH": str(root / "labkit" / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "PATH": os.pathsep.join(dict.fromkeys(path)),
        "PYTHONPATH": str(root),
        "PYTHONNOUSERSITE": "1",
    }
    if address:
        client = address.environment(env)
        made |= {key: client[key] for key in DOCKER_SETTINGS if key in client}
    return made


def set_environment(made: Mapping[str, str]) -> None:
    """Make `made` this process's whole environment: from here on it is the server."""
    os.environ.clear()
    os.environ.update(made)


def settings(
    root: Path, notebooks: Path, *, ip: str, port: int, browser: bool, token: str
) -> dict[str, dict[str, Any]]:
    """JupyterLab's settings: the course in `root`, this machine only, and nothing that calls home."""
    return {
        "ServerApp": {
            "root_dir": str(root),
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": browser,
            "allow_root": True,
            "answer_yes": True,
            "log_level": "WARN",
            "jpserver_extensions": {"jupyterlab": True} | dict.fromkeys(OTHERS, False),
        },
        "IdentityProvider": {"token": token},
        "KernelSpecManager": {"allowed_kernelspecs": ["python3"]},
        "LabApp": {
            "default_url": first_page(root, notebooks),
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
            "log_level": "WARN",
        },
    }


def run_server(made: dict[str, dict[str, Any]], say: Callable[[str], None]) -> None:
    """Serve with the settings `made` until Ctrl-C, SIGTERM, or Shut Down in JupyterLab's menu."""
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]
    from traitlets.config import Config

    server: ServerApp = LabApp.initialize_server(config=Config(made))

    async def announce() -> None:
        say(f"\nThe course is open at\n\n    {address_of(made)}\n")
        say("Open this address in a browser. Ctrl-C here ends it; what you saved stays.")

    server.io_loop.add_callback(announce)
    server.start()


def first_page(root: Path, notebooks: Path) -> str:
    """The path of what is shown first: the welcome notebook, beside the files of the course."""
    welcome = notebooks / WELCOME
    return f"/lab/tree/{welcome.resolve().relative_to(root.resolve()).as_posix()}" if welcome.exists() else "/lab"


def address_of(made: dict[str, dict[str, Any]]) -> str:
    """What to open in a browser on this machine, for a server with the settings `made`."""
    ip, port = made["ServerApp"]["ip"], made["ServerApp"]["port"]
    host = HERE if ip in ("", "0.0.0.0", "localhost") else f"[{ip}]" if ":" in ip else ip
    return f"http://{host}:{port}{made['LabApp']['default_url']}?token={made['IdentityProvider']['token']}"
