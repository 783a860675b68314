/** Just behind the bracket or backquote that closes what was opened before `from`; undefined where nothing does. */
export function closing(text: string, from: number, close: string): number | undefined {
  const open = { ')': '(', '}': '{', ']': '[' }[close];
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') i++;
    else if (c === close) {
      if (--depth === 0) return i + 1;
    } else if (c === open) depth++;
    else if (close !== '`' && (c === "'" || c === '"')) {
      const end = endOfQuote(text, i + 1, c);
      if (end === undefined) return undefined;
      i = end;
    }
  }
  return undefined;
}

function endOfQuote(text: string, from: number, quote: string): number | undefined {
  for (let i = from; i < text.length; i++) {
    if (text[i] === quote) return i;
    if (quote === '"' && text[i] === '\\') i++;
  }
  return undefined;
}
