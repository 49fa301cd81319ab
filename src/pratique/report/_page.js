"use strict";
const most = 500; // rows that are laid out at once: a table of thousands takes seconds
for (const section of document.querySelectorAll("section")) {
  const form = section.querySelector("form");
  const body = section.querySelector("tbody");
  if (!form || !body) continue;
  const rows = Array.from(body.rows, (row) => ({ row, text: "" }));
  const shown = form.querySelector("output");
  const more = section.querySelector("button.more");
  const order = new Intl.Collator(undefined, { numeric: true }).compare;
  let limit = most;

  const textOf = (item) => (item.text ||= item.row.textContent.toLowerCase());

  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const decision = form.elements.decision.value.split(" ").filter(Boolean);
    const severity = form.elements.severity.value;
    const origin = form.elements.origin?.value;
    const kev = form.elements.kev.checked;
    let count = 0;
    for (const item of rows) {
      const data = item.row.dataset;
      const fits =
        (!decision.length || decision.includes(data.decision)) &&
        (!severity || data.severity === severity) &&
        (!origin || data.origin === origin) &&
        (!kev || data.kev === "yes") &&
        words.every((word) => textOf(item).includes(word));
      count += fits ? 1 : 0;
      item.row.hidden = !fits || count > limit;
    }
    shown.textContent = count + " of " + rows.length;
    more.hidden = count <= limit;
    more.textContent = "Show " + (count - limit) + " more";
  };

  const sort = (header, place) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    for (const item of rows) {
      const cell = item.row.cells[place];
      item.key = cell.dataset.key ?? cell.textContent;
    }
    rows.sort((a, b) => (down ? -1 : 1) * order(a.key, b.key));
    for (const item of rows) item.row.hidden = true;
    body.append(...rows.map((item) => item.row));
    filter();
  };

  const widen = (to) => {
    limit = to;
    filter();
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => widen(Infinity));
  addEventListener("beforeprint", () => widen(Infinity));
  Array.from(section.querySelectorAll("thead th"), (header, place) =>
    header.querySelector("button").addEventListener("click", () => sort(header, place)),
  );
  filter();
}
