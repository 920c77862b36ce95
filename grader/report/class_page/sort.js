for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.closest(".part").querySelector(".sorts").hidden = false;
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = (row) => row.cells[at].textContent.trim();
      const compare = (a, b) => {
        if (!text(a) || !text(b)) return Boolean(text(b)) - Boolean(text(a)) || 0;
        const order = head.classList.contains("right")
          ? Number(text(a)) - Number(text(b))
          : text(a).localeCompare(text(b));
        return down ? -order : order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  }
}
