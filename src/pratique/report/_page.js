"use strict";
for (const section of document.querySelectorAll("section")) {
  const form = section.querySelector("form");
  const body = section.querySelector("tbody");
  if (!form || !body) continue;
  const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
  const shown = form.querySelector("output");

  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const decision = form.elements.decision.value;
    const severity = form.elements.severity.value;
    const origin = form.elements.origin?.value;
    const kev = form.elements.kev.checked;
    let count = 0;
    for (const { row, text } of rows) {
      const data = row.dataset;
      const fits =
        words.every((word) => text.includes(word)) &&
        (!decision || decision.split(" ").includes(data.decision)) &&
        (!severity || data.severity === severity) &&
        (!origin || data.origin === origin) &&
        (!kev || data.kev === "yes");
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + rows.length;
  };

  const sort = (header, place) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (item) => item.row.cells[place].dataset.key ?? item.row.cells[place].textContent;
    const order = new Intl.Collator(undefined, { numeric: true }).compare;
    rows.sort((a, b) => (down ? -1 : 1) * order(key(a), key(b)));
    body.append(...rows.map((item) => item.row));
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  Array.from(section.querySelectorAll("thead th"), (header, place) =>
    header.querySelector("button").addEventListener("click", () => sort(header, place)),
  );
  filter();
}
