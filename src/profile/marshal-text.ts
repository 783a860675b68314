import { MarshalError } from './marshal-error.js';

// A byte order mark is a character like any other in a file name, so it must survive.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// fromCharCode takes its bytes as arguments, and the stack holds only so many.
const CHUNK = 8192;
// Most names are short, and one character after the other is then the quickest.
const SHORT = 64;

/** One character a byte. (The web's "latin1" decoder is windows-1252, which is something else.) */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length <= SHORT) return short(bytes);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return parts.join('');
}

function short(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/**
 * UTF-8 as Python's marshal writes it: lone surrogates, which stand for undecodable bytes of file names, are let through.
 * @throws MarshalError at `offset` when the bytes are not that.
 */
export function utf8(bytes: Uint8Array, offset: number): string {
  const text = tryStrict(bytes) ?? withSurrogates(bytes);
  if (text === undefined) throw new MarshalError('a text is not UTF-8', offset);
  return text;
}

/** Python 2.7 did not say how its names were encoded: UTF-8 where they are that, one character a byte otherwise. */
export function pythonText(bytes: Uint8Array): string {
  return tryStrict(bytes) ?? latin1(bytes);
}

function tryStrict(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Cuts out each three-byte surrogate (ED A0..BF xx), which the strict decoder refuses, and decodes what is between. */
function withSurrogates(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    const second = bytes[at + 1]!;
    const third = bytes[at + 2]!;
    if (bytes[at] !== 0xed || second < 0xa0 || second > 0xbf || third >> 6 !== 2) continue;
    const before = tryStrict(bytes.subarray(from, at));
    if (before === undefined) return undefined;
    parts.push(before, String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    from = at + 3;
    at += 2;
  }
  const rest = tryStrict(bytes.subarray(from));
  return rest === undefined ? undefined : parts.join('') + rest;
}
