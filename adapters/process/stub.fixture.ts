/**
 * A process that speaks the protocol, well or badly: `stub.fixture.ts BEHAVIOUR [WORD]`. The answer to an
 * entry is the low byte of its first word as the fault code; the bad behaviour comes with the entry whose
 * first word is WORD, where it needs a case.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [behaviour = 'happy', argument = ''] = process.argv.slice(2);
const trigger = Number(argument);
const claims = { name: 'stub', version: '1.0', profile: 'any', areas: ['entry'] };
const held: string[] = [];
let asked = 0;

/** What is sent to stdout at once, straight to the pipe. */
const say = (text: string) => void process.stdout.write(text);
const reply = (id: number, rest: object) => say(`${JSON.stringify({ id, ...rest })}\n`);
const end = (signal: NodeJS.Signals) => process.kill(process.pid, signal);
/** Not even the end of stdin is heard. */
const stuck = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

async function hello(id: number): Promise<void> {
  switch (behaviour) {
    case 'dies-in-hello':
      console.error('no licence\u001b[2J found');
      process.exit(7);
      break;
    case 'silent-in-hello':
      stuck();
      return;
    case 'talks-in-hello':
      return say('Welcome to the emulator!\n');
    case 'refuses-hello':
      return reply(id, { error: 'I speak version 2' });
    case 'bad-area':
      return reply(id, { ...claims, areas: ['entry', 'entries'] });
    case 'bad-profile':
      return reply(id, { ...claims, profile: { name: 'mine', cap: 5 } });
    case 'control-name':
      return reply(id, { ...claims, name: 'a\u001b[31mb' });
    case 'starts-slowly':
      await sleep(300);
      return reply(id, claims);
    case 'claims-by-chance':
      return reply(id, { ...claims, version: String(process.pid) });
    case 'notes-pid':
    case 'notes-pid-and-hangs':
      appendFileSync(argument, `${process.pid}\n`);
      return reply(id, claims);
    case 'profiles':
      return reply(id, {
        ...claims,
        profile: [
          {
            name: 'mine',
            cap: '0xd2008c22260206',
            ecap: '0xf42',
            haw: 39,
            specRev: '5.10',
            backed: [{ start: '0x0', end: '0x10000' }],
            policies: {},
          },
        ],
      });
    default:
      return reply(id, claims);
  }
}

/** Anything but the right answer. Returns true when the right one is to follow. */
function misbehave(id: number, observation: object): boolean {
  const right = `${JSON.stringify({ id, observation })}\n`;
  switch (behaviour) {
    case 'claims-by-chance':
    case 'crashes':
      console.error('assertion failed: walk depth');
      end('SIGABRT');
      break;
    case 'exits':
      process.exit(3);
      break;
    case 'crashes-after-reply':
      writeSync(1, right);
      end('SIGABRT');
      break;
    case 'hangs':
      stuck();
      break;
    case 'talks':
      say('walking level 3\u001b[2J\n');
      return true;
    case 'talks-after-reply':
      say(`${right}done\n`);
      break;
    case 'wrong-id':
      reply(id + 1000, { observation });
      break;
    case 'no-id':
      say(`${JSON.stringify({ observation })}\n`);
      break;
    case 'half-a-line':
      writeSync(1, right.slice(0, 20));
      process.exit(0);
      break;
    case 'answers-twice':
      say(right + right);
      break;
    case 'bad-observation':
      reply(id, { observation: { fault: 500 } });
      break;
    case 'deep-observation':
      say(`{"id":${id},"observation":{"fault":${'['.repeat(1 << 20)}${']'.repeat(1 << 20)}}}\n`);
      break;
    case 'unknown-field':
      reply(id, { observation, time: 5 });
      break;
    case 'skips':
      reply(id, { skip: 'nested\u001b[2J is not there yet' });
      break;
    case 'refuses':
      reply(id, { error: 'out of memory' });
      break;
    case 'endless-line':
      say('x'.repeat(1 << 20));
      setInterval(() => say('x'.repeat(1 << 20)), 1);
      break;
    case 'leaves-a-child':
      appendFileSync(process.argv[4] ?? '', `${spawn('sleep', ['1000']).pid}\n`);
      end('SIGKILL');
      break;
    default:
      return true;
  }
  return false;
}

async function run(id: number, words: readonly string[]): Promise<void> {
  const word = Number(words[0]);
  const observation = { fault: word & 0xff };
  const right = `${JSON.stringify({ id, observation })}\n`;
  asked++;
  if (word === trigger && argument !== '' && !misbehave(id, observation)) return;
  switch (behaviour) {
    case 'crashes-at-nth':
      if (asked === trigger) end('SIGKILL');
      return say(right);
    case 'backwards':
      held.push(right);
      if (held.length < 4 && asked < trigger) return;
      return say(held.splice(0).reverse().join(''));
    case 'dribbles':
      for (const char of right) {
        say(char);
        await sleep(0);
      }
      return;
    case 'floods-stderr':
      process.stderr.write('e'.repeat(1 << 20));
      return say(right);
    case 'notes-pid-and-hangs':
      return stuck();
    case 'environment':
      return reply(id, { skip: Object.keys(process.env).sort().join(' ') });
    case 'by-chance':
      return reply(id, { observation: { fault: asked & 1 } });
    default:
      return say(right);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.op === 'hello') await hello(message.id);
  else if (message.op === 'run') await run(message.id, message.case.words);
  else if (behaviour === 'ignores-bye') stuck();
  else process.exit(0);
}
