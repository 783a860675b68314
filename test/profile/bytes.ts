import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProfile, type Stats } from '../../src/profile/stats.js';

export function fixture(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.prof`));
}

export function stats(name: string): Stats {
  return readProfile(fixture(name));
}

/** Bytes out of texts (one character a byte), numbers (a 32-bit integer each) and other bytes. */
export function bytes(...parts: (string | number | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      if (typeof part !== 'number') return part;
      const four = Buffer.alloc(4);
      four.writeInt32LE(part);
      return four;
    }),
  );
}
