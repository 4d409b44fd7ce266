/**
 * What a child gets of our environment: enough to find programs, its user's settings and a language. Tokens
 * and keys that a CI job carries are none of its business; who needs more says so in the command line,
 * `process:env NAME=value COMMAND`.
 */
const passed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'] as const;

export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    passed.flatMap((name) => {
      const value = own[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
