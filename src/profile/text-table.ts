import { latin1 } from './marshal-text.js';
import { emptySlots, filledSlots } from './slots.js';

const FNV_START = 0x811c9dc5;
const FNV = 0x01000193;
/** In a profile of ordinary size; only how much room there is at first depends on it. */
const BYTES_A_TEXT = 64;

/**
 * The distinct texts of a file, by number. Those of ASCII, nearly all, stay where they are in the file until they are asked for:
 * a large profile is sorted without most of its names.
 */
export class TextTable {
  private readonly bytes: Uint8Array;
  private readonly at: number[] = [];
  private readonly sizes: number[] = [];
  private readonly hashes: number[] = [];
  /** Those beyond ASCII, and those that were asked for. */
  private readonly texts: (string | undefined)[] = [];
  private readonly beyond = new Map<string, number>();
  private slots: Int32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.slots = emptySlots(bytes.length / BYTES_A_TEXT);
  }

  /** The number of the text that stands there. `decode` is for one beyond ASCII. */
  id(at: number, size: number, decode: (bytes: Uint8Array, at: number) => string): number {
    let hash = FNV_START;
    let seen = 0;
    for (let i = at; i < at + size; i++) {
      const byte = this.bytes[i]!;
      seen |= byte;
      hash = Math.imul(hash ^ byte, FNV);
    }
    if (seen >= 0x80) return this.decoded(decode(this.bytes.subarray(at, at + size), at));
    let slot = hash & (this.slots.length - 1);
    for (let id = this.slots[slot]!; id >= 0; id = this.slots[slot]!) {
      if (this.hashes[id] === hash && this.isSame(id, at, size)) return id;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    const id = this.add(at, size, hash, undefined);
    this.slots[slot] = id;
    if (id * 2 > this.slots.length) this.grow();
    return id;
  }

  text(id: number): string {
    this.texts[id] ??= latin1(this.bytes.subarray(this.at[id]!, this.at[id]! + this.sizes[id]!));
    return this.texts[id];
  }

  /** The number of a text; undefined where the file has none such. */
  find(text: string): number | undefined {
    const beyond = this.beyond.get(text);
    if (beyond !== undefined) return beyond;
    let hash = FNV_START;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV);
    let slot = hash & (this.slots.length - 1);
    for (let id = this.slots[slot]!; id >= 0; id = this.slots[slot]!) {
      if (this.hashes[id] === hash && this.text(id) === text) return id;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    return undefined;
  }

  private decoded(text: string): number {
    const id = this.beyond.get(text) ?? this.add(0, -1, 0, text);
    this.beyond.set(text, id);
    return id;
  }

  private add(at: number, size: number, hash: number, text: string | undefined): number {
    this.at.push(at);
    this.sizes.push(size);
    this.hashes.push(hash);
    return this.texts.push(text) - 1;
  }

  private isSame(id: number, at: number, size: number): boolean {
    if (this.sizes[id] !== size) return false;
    const there = this.at[id]!;
    for (let i = 0; i < size; i++) if (this.bytes[there + i] !== this.bytes[at + i]) return false;
    return true;
  }

  private grow(): void {
    const hashOf = (id: number) => (this.sizes[id]! < 0 ? undefined : this.hashes[id]);
    this.slots = filledSlots(this.slots.length * 2, this.at.length, hashOf);
  }
}
