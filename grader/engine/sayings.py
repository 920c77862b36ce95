"""What the builders and the engine say when something goes wrong, as patterns; seen with Docker Engine 26 and 28."""

import re

NO_SPACE = "no space left on device"
TOO_LARGE = "file too large"

PLACE = re.compile(r"^[^\n]{1,200}:(\d+)\n-{10,}$", re.MULTILINE)
ERROR = re.compile(r"^ERROR: (.*)", re.MULTILINE | re.DOTALL)
NOISE = re.compile(
    r"^(failed to build|failed to solve|rpc error: code = \w+ desc =|Error response from daemon):? *", re.IGNORECASE
)
STEP = re.compile(
    r"process \"(?P<command>.*)\" did not complete successfully: (?:exit code: (?P<code>\d+)|(?P<why>.*))"
    r"|The command '(?P<command2>.*)' returned a non-zero code: (?P<code2>\d+)",
    re.DOTALL,
)
OUT_OF_MEMORY = "cannot allocate memory"
DEAD = re.compile(
    r"error reading from server|unexpected EOF|\bEOF$|cannot connect to the docker daemon|is the docker daemon running"
    r"|transport is closing|closing transport|broken pipe|connection reset by peer|code = unavailable"
    r"|dial unix .*(connection refused|no such file)|no active session|error during connect|server closed",
    re.IGNORECASE,
)
# The same words as of an engine that died, but of one step, and with its line.
CUT = re.compile(r"^(?:failed to [^:]*: )*(?:unexpected EOF|archive/tar: .*|gzip: .*|flate: .*)$")
NO_BUILDX = re.compile(r"unknown flag: --builder|'buildx' is not a docker command|unknown command: docker buildx")
WRONG_ENGINE = re.compile(
    r"network bridge not found|unknown flag|unknown shorthand|is not a docker command", re.IGNORECASE
)
DENIED = re.compile(
    r"source \"(?P<source>[^\"]+)\" (?:denied|not allowed) by policy|(?P<other>.+) is not allowed", re.IGNORECASE
)
BASE = re.compile(
    r"(?:^|: )(?:failed to resolve source metadata for|pull access denied for|manifest for|No such image:)"
    r" (?P<image>[^\s:,]+(?::[^\s:,]+)?)",
    re.IGNORECASE,
)
SYNTAX = re.compile(r"^ *\d+ \| >>> *(?:#|//) *syntax *=", re.MULTILINE | re.IGNORECASE)
PLATFORM = re.compile(r"^ *\d+ \| >>> FROM +--platform=", re.MULTILINE | re.IGNORECASE)
UNREACHED = re.compile(
    r"no such host|connection refused|i/o timeout"
    r"|network is unreachable|temporary failure|server misbehaving|TLS handshake|Client\.Timeout",
    re.IGNORECASE,
)
FETCH = re.compile(r"(?:Get|Head) \"(?P<address>[^\"]+)\": (?P<why>.*)", re.DOTALL)
ABSENT = re.compile(
    r"failed to (?:compute cache key|calculate checksum of ref|walk|stat)[^\n]*?\"?(?P<name>/[^\"\n]*?)\"?: not found"
    r"|(?:COPY|ADD) failed: (?:file not found in build context or excluded by \.dockerignore: )?"
    r"stat (?P<name2>[^\n:]+): (?:file does not exist|no such file)"
    r"|COPY failed: no source files|lstat (?P<name3>[^\n:]+): no such file or directory"
)
PARSE = re.compile(
    r"(?:dockerfile parse error on line (?P<line>\d+)|failed to parse \S+): (?P<what>.*)", re.IGNORECASE | re.DOTALL
)
EMPTY = re.compile(r"the dockerfile .*cannot be empty|file with no instructions", re.IGNORECASE)
BLANK = re.compile(
    r"failed to read dockerfile|target stage .* could not be found|failed to reach build target",
    re.IGNORECASE,
)
IGNORE = re.compile(r"syntax error in pattern|illegal exclusion pattern")
ODD = re.compile(
    r"line greater than max|COMPRESSION_ERROR|RST_STREAM|invalid UTF-8|invalid entry name"
    r"|unhandled tar header"
    r"|failed to marshal|failed to unmarshal|file name too long|token too long"
)


# What a runtime says where it was the machine that kept a container from starting, and not what is in the image: runc
# 1.1 to 1.3 as the end (its issues 2736, 4905 and 2812), gVisor of a sandbox that cannot be made (its issue 9996).
UNABLE = re.compile(
    r"(?:: EOF|connection reset by peer|broken pipe|resource temporarily unavailable|cannot allocate memory"
    r"|too many open files(?: in system)?|input/output error|OOM-killed[^:\n]*)(?:: unknown)?\.?\s*$"
    r"|creating container: (?:cannot create (?:sandbox|gofer process)|waiting for sandbox)"
)
# A step's whole output where its command was not started.
NOT_RUN = re.compile(r"\s*(?:runc run failed: unable to start container process|running container): ([^\n]*)\s*")
UNSTARTED = re.compile(r"(?:runc run|create) failed: unable to start container process: (?:exec: )?([^\n]*)")
