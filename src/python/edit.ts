/**
 * The source with one line put in before line `at` (1-based), bytes otherwise untouched: no decoding, so any
 * encoding that Python reads survives, and the file's own line ends (LF, CRLF or CR, as Python counts them) are kept.
 * The new line takes the indentation of the line it is put above.
 */
export function insertLine(source: Uint8Array, at: number, text: string): { edited: Buffer; line: string } {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const start = offsetOfLine(bytes, at);
  let end = start;
  while (bytes[end] === 0x20 || bytes[end] === 0x09 || bytes[end] === 0x0c) end += 1;
  const indent = bytes.subarray(start, end);
  const line = `${indent.toString('latin1')}${text}`;
  return {
    edited: Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from(line + lineEnd(bytes, end), 'latin1'),
      bytes.subarray(start),
    ]),
    line,
  };
}

function offsetOfLine(bytes: Buffer, line: number): number {
  let offset = 0;
  for (let n = 1; n < line; n += 1) {
    const end = nextEnd(bytes, offset);
    if (end === undefined) throw new RangeError(`the source has no line ${line}`);
    offset = end.after;
  }
  return offset;
}

/** Of that line; the last one may have none, and then it is that of the first. */
function lineEnd(bytes: Buffer, from: number): string {
  const end = nextEnd(bytes, from) ?? nextEnd(bytes, 0);
  return end === undefined ? '\n' : bytes.toString('latin1', end.at, end.after);
}

function nextEnd(bytes: Buffer, from: number): { at: number; after: number } | undefined {
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] === 0x0a) return { at, after: at + 1 };
    if (bytes[at] === 0x0d) return { at, after: bytes[at + 1] === 0x0a ? at + 2 : at + 1 };
  }
  return undefined;
}
