import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes an SMTP conversation on; can keep back the answer to DATA, or the one to the final dot. */
export class Gate {
  at: 'before the dot' | 'after the dot' | undefined;
  held = 0;
  private kept: (() => void) | undefined;
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}
  static async open(to: number): Promise<Gate> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gate = new Gate(server, (server.address() as { port: number }).port);
    server.on('connection', (client) => gate.pass(client, connect(to, '127.0.0.1')));
    return gate;
  }
  private pass(client: Socket, target: Socket) {
    let tail = '';
    let silent = false;
    client.on('data', (chunk) => {
      tail = (tail + chunk.toString('latin1')).slice(-8);
      const end = this.at === 'before the dot' ? /DATA\r\n$/ : /\r\n\.\r\n$/;
      if (this.at && end.test(tail)) silent = true;
      if (silent) this.held += 1;
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      this.kept = () => {
        silent = false;
        client.write(chunk);
      };
      if (!silent) this.kept();
    });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  }
  /** Lets the answer that was kept back through. */
  release() {
    this.at = undefined;
    this.kept?.();
  }
  close = () => this.server.close();
}
