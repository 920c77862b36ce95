"""Text of any length, of which only the beginning and the end are kept."""


class Clip:
    """Keeps at most `limit` characters of what is added: half from the beginning, half from the end, the cut said."""

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head: list[str] = []
        self._head_length = 0
        self._tail = ""
        self.length = 0

    def add(self, text: str) -> None:
        """Take more text."""
        self.length += len(text)
        room = self._half - self._head_length
        if room > 0:
            self._head.append(text[:room])
            self._head_length += len(text[:room])
            text = text[room:]
        self._tail += text
        if len(self._tail) > 4 * self._half:
            self._tail = self._tail[-self._half :]

    @property
    def full(self) -> bool:
        """Whether something has been left out, or the next text would be."""
        return self.length >= 2 * self._half

    def text(self) -> str:
        """What was kept."""
        tail = self._tail[-self._half :]
        left_out = self.length - self._head_length - len(tail)
        cut = f"\n… {left_out:,} characters left out …\n" if left_out else ""
        return "".join(self._head) + cut + tail
