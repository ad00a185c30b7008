/** A cell of a row of one of the small tables. */
export type CellValue = string | number | bigint | readonly string[];

/**
 * Rows of the small tables as JSONCompactEachRow. JSON escapes every line feed inside of a value, so that each row is
 * one line and none is blank. 64-bit numbers are written bare, without passing through a double.
 */
export function encodeRows(rows: readonly (readonly CellValue[])[]): Buffer {
  const lines = rows.map((row) => `[${row.map(encodeCell).join(',')}]\n`);
  return Buffer.from(lines.join(''));
}

function encodeCell(value: CellValue): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
