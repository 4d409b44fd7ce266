/**
 * More stubs than are worth showing in examples/stubs: `stub.fixture.ts BEHAVIOUR [PAGE] [FILE]`. What they
 * are there for is one line of the adapter each.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claims,
  type Deviation,
  hang,
  pointsTo,
  reply,
  replyLine,
  say,
  serve,
} from '../../examples/stubs/serve.ts';

const [behaviour = '', page, file = ''] = process.argv.slice(2);

/** Replies to hello with `other` instead of the usual claims. */
const claiming = (other: object) => (id: number) => {
  reply(id, { ...claims, ...other });
  return false;
};
const note = (text: string) => () => {
  appendFileSync(file, text);
  return true;
};
const notePid = note(`${process.pid}\n`);
const profile = {
  ...{ name: 'mine', cap: '0xd2008c22260206', ecap: '0xf42', haw: 39, specRev: '5.10' },
  ...{ backed: [{ start: '0x0', end: '0x10000' }], policies: {} },
};
const crash = () => {
  console.error('assertion failed: walk depth');
  process.kill(process.pid, 'SIGABRT');
  return false;
};

/** The reply to the request before. */
let answered = '';

const behaviours: Readonly<Record<string, Deviation>> = {
  'dies-in-hello': {
    hello() {
      console.error('no licence\u001b[2J found');
      process.exit(7);
    },
  },
  'silent-in-hello': { hello: hang },
  'talks-in-hello': {
    hello() {
      say('Welcome to the emulator!\n');
      return false;
    },
  },
  'starts-slowly': { hello: () => sleep(300, true) },
  'bad-profile': { hello: claiming({ profile: { name: 'mine', cap: 5 } }) },
  'control-name': { hello: claiming({ name: 'a\u001b[31mb' }) },
  profiles: { hello: claiming({ profile: [profile] }) },
  'claims-by-chance': { hello: claiming({ version: String(process.pid) }), run: crash },
  'hangs-aloud': { hello: note('born '), run: () => note('hangs ')() && hang() },
  'notes-pid-and-hangs': { hello: notePid, run: hang },
  'crashes-after-reply': {
    run(id, answer) {
      writeSync(1, replyLine(id, answer));
      return crash();
    },
  },
  exits: { run: () => process.exit(3) },
  'half-a-line': {
    run(id, answer) {
      writeSync(1, replyLine(id, answer).slice(0, 20));
      process.exit(0);
    },
  },
  'talks-after-reply': {
    run(id, answer) {
      say(`${replyLine(id, answer)}done\n`);
      return false;
    },
  },
  'answers-late-again': {
    run(id, answer) {
      if (answered !== '') say(answered);
      answered = replyLine(id, answer);
      return true;
    },
  },
  'answers-one-case': {
    run(id, _answer, asked) {
      if (asked > 1) reply(id, { skip: 'not the first case' });
      return asked === 1;
    },
  },
  'deep-observation': {
    run(id) {
      say(`{"id":${id},"observation":{"fault":${'['.repeat(1 << 20)}${']'.repeat(1 << 20)}}}\n`);
      return false;
    },
  },
  'unknown-field': {
    run(id, answer) {
      reply(id, { ...answer, time: 5 });
      return false;
    },
  },
  skips: {
    run(id) {
      reply(id, { skip: 'nested\u001b[2J is not there yet' });
      return false;
    },
  },
  refuses: {
    run(id) {
      reply(id, { error: 'out of memory' });
      return false;
    },
  },
  dribbles: {
    async run(id, answer) {
      for (const char of replyLine(id, answer)) {
        say(char);
        await sleep(0);
      }
      return false;
    },
  },
  'floods-stderr': {
    run() {
      process.stderr.write('e'.repeat(1 << 20));
      return true;
    },
  },
  'leaves-a-child': {
    run() {
      appendFileSync(file, `${spawn('sleep', ['1000']).pid}\n`);
      process.kill(process.pid, 'SIGKILL');
      return false;
    },
  },
  environment: {
    run(id) {
      reply(id, { skip: Object.keys(process.env).sort().join(' ') });
      return false;
    },
  },
};

await serve(behaviours[behaviour], pointsTo(page === 'any' ? undefined : page));
