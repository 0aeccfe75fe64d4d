// Sorts a table by the column whose head is clicked: ascending, descending, then in the original order.
"use strict";

const texts = new Intl.Collator("en", { numeric: true });
const next = { none: "ascending", ascending: "descending", descending: "none" };

function compare(first, second) {
  if (first === null || second === null) {
    return 0;
  }
  return typeof first === "number" ? first - second : texts.compare(first, second);
}

function key(row, column, numeric) {
  const cell = row.cells[column];
  const value = numeric ? cell.dataset.value ?? "" : cell.textContent.trim();
  if (value === "") {
    return null;
  }
  return numeric ? Number(value) : value;
}

function ordered(rows, column, order, numeric) {
  if (order === "none") {
    return rows;
  }
  const sign = order === "ascending" ? 1 : -1;
  const keyed = rows.map((row) => [key(row, column, numeric), row]);
  // Cells without a value are last in either order.
  keyed.sort((a, b) => (a[0] === null) - (b[0] === null) || sign * compare(a[0], b[0]));
  return keyed.map(([, row]) => row);
}

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.querySelectorAll("th[aria-sort]")];
  heads.forEach((head, column) => {
    const button = head.querySelector("button");
    button.disabled = false;
    button.addEventListener("click", () => {
      const order = next[head.getAttribute("aria-sort")];
      heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
      body.append(...ordered(rows, column, order, head.dataset.sort === "number"));
    });
  });
}
