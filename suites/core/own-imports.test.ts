import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

/** What a thread that finds modules so says of `code`. */
async function said(code: string): Promise<unknown> {
  const thread = new Worker(
    `import ${JSON.stringify(new URL('own-imports.js', import.meta.url).href)};
     import { parentPort } from 'node:worker_threads';
     const ours = (file) => import(new URL(file, ${JSON.stringify(new URL('../../', import.meta.url).href)}).href);
     parentPort.postMessage(await (async () => { ${code} })());`,
    { eval: true },
  );
  const [message] = await once(thread, 'message');
  return message;
}

test('a module of ours that one of ours imports is the one that a stranger imports', async () => {
  const code = `const { rules } = await ours('spec/rules/entry.ts');
    const { ruleOf } = await ours('spec/catalogue.ts');
    return ruleOf(rules[0].id) === rules[0];`;
  expect(await said(code)).toBe(true);
});

test('what a stranger imports and is not there is named as Node names it', async () => {
  const code = `return import('data:text/javascript,import ${JSON.stringify('file:///none/mine.ts')}').catch(({ code }) => code);`;
  expect(await said(code)).toBe('ERR_MODULE_NOT_FOUND');
});
