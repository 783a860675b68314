// Python's blanks: four separators and U+0085 are some, which JavaScript has not, and U+FEFF is none.
const BLANK = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const BLANKS = new RegExp(`${BLANK}+`);
const AROUND = new RegExp(`^${BLANK}+|(?<!${BLANK})${BLANK}+$`, 'g');

/** `text.strip()` of Python. */
export const strip = (text: string): string => text.replace(AROUND, '');

/** `text.split()` of Python. */
export const words = (text: string): string[] => text.split(BLANKS).filter((word) => word !== '');
