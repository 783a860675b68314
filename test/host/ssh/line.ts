import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a port of this machine, in whose middle somebody sits. */
export class Line {
  readonly port: number;
  /** All that went by, in both directions, in bytes. */
  passed = 0;
  /** After so many bytes each time that something went by. */
  readonly moments: number[] = [];
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #cutAt = Number.POSITIVE_INFINITY;
  #forGood = false;
  #isDead = false;
  #delay = 0;
  #stall = { every: 0, ms: 0 };

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async to(target: number): Promise<Line> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line = new Line(server, (server.address() as { port: number }).port);
    server.on('connection', (near) => line.#join(near, connect({ port: target, host: '127.0.0.1' })));
    return line;
  }

  /** Cut after so many bytes, once or for good, as a host that is switched off does it or as a router. */
  cutAfter(bytes: number, forGood: boolean): void {
    this.#cutAt = bytes;
    this.#forGood = forGood;
  }

  /** From now on nothing goes by any more, and nobody is told. */
  die(): void {
    this.#isDead = true;
  }

  /** Each way takes `ms`; every so many pieces one takes another second, as one that was lost and is sent again. */
  slow(ms: number, lost: { every: number; ms: number }): void {
    this.#delay = ms;
    this.#stall = lost;
  }

  cut(): void {
    const how = this.passed % 2 === 0 ? 'destroy' : 'resetAndDestroy';
    for (const end of this.#ends) end[how]();
    this.#ends.clear();
    this.#cutAt = Number.POSITIVE_INFINITY;
    if (this.#forGood) this.#server.close();
  }

  close(): void {
    this.#forGood = true;
    this.cut();
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(one);
      one.setNoDelay(true);
      let pieces = 0;
      let last = 0;
      const later = (work: () => void) => {
        if (this.#delay === 0) return work();
        pieces += 1;
        const lost = this.#stall.every > 0 && pieces % this.#stall.every === 0 ? this.#stall.ms : 0;
        last = Math.max(performance.now() + this.#delay + lost, last); // in their order, whatever happens
        setTimeout(work, last - performance.now());
      };
      one.on('data', (data) => {
        if (this.#isDead) return;
        const piece = data.subarray(0, Math.max(0, this.#cutAt - this.passed));
        this.passed += piece.length;
        this.moments.push(this.passed);
        if (this.passed < this.#cutAt) return later(() => other.write(piece));
        other.write(piece, () => this.cut());
      });
      one.on('error', () => {});
      one.on('close', () => later(() => other.destroy()));
      one.on('end', () => later(() => other.end()));
    }
  }
}
