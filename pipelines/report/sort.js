// Sorts a table by the column whose heading is clicked, or chosen by keyboard: numbers by their values, in both orders.
for (const table of document.querySelectorAll("table")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isNumber = heading.classList.contains("number");
      const before = heading.getAttribute("aria-sort");
      const order = before === (isNumber ? "descending" : "ascending") ? (isNumber ? "ascending" : "descending") : (isNumber ? "descending" : "ascending");
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", order);
      const key = (row) => {
        const cell = row.cells[column];
        return isNumber ? Number(cell.dataset.value ?? -1) : cell.textContent;
      };
      const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
      rows.sort(([one], [other]) => (isNumber ? one - other : one.localeCompare(other)));
      if (order === "descending") rows.reverse();
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}
