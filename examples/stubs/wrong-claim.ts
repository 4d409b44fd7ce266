/** Wrong: it claims an area that there is not, and a unit with page requests but without Device-TLBs. */
import { claims, reply, serve } from './serve.ts';

const profile = {
  ...{ name: 'mine', cap: '0xd2008c22260206', ecap: '0x20000f42', haw: 39, specRev: '5.10' },
  ...{ backed: [{ start: '0x0', end: '0x80000000' }], policies: {} },
};

await serve({
  hello(id) {
    reply(id, { ...claims, profile, areas: ['entry', 'entries'] });
    return false;
  },
});
