/**
 * A name on one line, in UTF-8: control characters, line breaks and lone surrogates (undecodable bytes of a file name) are
 * shown as Python's `backslashreplace` does.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/gu, escaped);
}

/** `\n`, `\x1b`, `\udc80`: one character in ASCII. */
export function escaped(char: string): string {
  if (char === '\n') return '\\n';
  const code = char.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
