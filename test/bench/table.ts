/** Rows of cells as text: columns aligned, figures to the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const figure = /^(× )?-?[\d.]+( ms)?$/;
  return rows
    .map((row) =>
      row.map((cell, i) => (figure.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('   '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}
