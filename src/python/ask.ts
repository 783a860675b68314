import type { Candidate, Place } from './place.js';

/** Asks the service's own interpreter; given by the caller, since this room does no I/O. */
export type AskPython = (request: Question) => Promise<unknown>;

interface Where {
  /** Folders of modules before the interpreter's own. */
  path: readonly string[];
  /** What is searched where no module is named. */
  packages: readonly string[];
}

/** A line that an edit has put in. */
export interface CheckedLine {
  /** 1-based, in the edited source. */
  line: number;
  decorator: string;
}

type Question =
  | ({ op: 'locate'; module: string; name: string } & Where)
  | ({ op: 'at'; file: string; line: number } & Where)
  | ({ op: 'search'; pattern: string; exact: boolean } & Where)
  | { op: 'check' /** Base64, as `edited`. */; source: string; edited: string; lines: readonly CheckedLine[] };

/** The answer to `locate` and `at`. */
export type Answer =
  | { missing: 'module'; reached: string; python: string }
  | { missing: 'source'; origin: string; python: string }
  | { missing: 'syntax'; why: string }
  | { missing: 'local'; outer: string; name: string; file: string; line: number }
  | { missing: 'assigned'; file: string; line: number }
  | { missing: 'file' }
  | { missing: 'files'; files: string[] }
  | { missing: 'import'; file: string }
  | { missing: 'def'; file: string }
  | Found;

export interface Found {
  missing?: undefined;
  python: string;
  module: string;
  file: string;
  sha256: string;
  found: Place[];
  /** Names that were perhaps meant. */
  near: string[];
  notes: string[];
  /** Base classes that could not be found. */
  unknown?: string[];
}

export interface SearchAnswer {
  found: Candidate[];
  /** How many more there are. */
  more: number;
  /** Files. */
  looked: number;
}

/** `python -` reads this; the request stands before the program so that nothing shows on a command line. */
export const locateProgram = (request: object, program: string): string =>
  `REQUEST = ${pythonString(JSON.stringify(request))}\n${program}`;

/** A string literal of Python: ASCII only, so that no encoding matters. Unlike in JSON, no two \\u make one character. */
export function pythonString(text: string): string {
  const escaped = (code: number) =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (c) => escaped(c.codePointAt(0)!));
}
