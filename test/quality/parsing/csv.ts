/** Rows of a CSV text as in RFC 4180: quoted fields may hold commas, doubled quotes and line ends. O(length). */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (isQuoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[i++];
      else isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
    } else if (char !== '\r') field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

/** The named columns of a CSV text whose first row is the header; throws when one of them is missing. */
export function readColumns<Name extends string>(
  text: string,
  names: readonly Name[],
): Record<Name, string[]> {
  const [header = [], ...rows] = parseCsv(text);
  const columns = names.map((name) => {
    const at = header.indexOf(name);
    if (at < 0) throw new Error(`expected a column ${name}, found ${header.join(', ')}`);
    return [name, rows.map((row) => row[at] ?? '')];
  });
  return Object.fromEntries(columns) as Record<Name, string[]>;
}
