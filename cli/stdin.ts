/** Everything that is piped into the command. */
import { wrongUse } from './exit.ts';

const LARGEST_MIB = 256;

/** All bytes of the standard input, up to a limit. */
export async function allOfStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > LARGEST_MIB << 20) throw wrongUse(`stdin is larger than ${LARGEST_MIB} MiB`);
  }
  return Buffer.concat(parts);
}
