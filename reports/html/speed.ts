/** The benchmark as bars on a logarithmic scale, one group for what stands before the colon of a figure's name. */
import { type ComponentChild, h } from 'preact';
import type { Benchmark } from './report-schemas.ts';

type SpeedFigure = Benchmark['figures'][number];

const WIDTH = 400;
const ROW = 22;

export function speedSection({ machine, figures }: Benchmark): ComponentChild {
  const groups = Map.groupBy(figures, ({ name }) => name.split(':')[0] ?? name);
  const fastest = Math.max(...figures.map(({ perSecond }) => perSecond), 10);
  return h(
    'section',
    { id: 'speed' },
    h('h2', null, 'Speed'),
    h(
      'p',
      { class: 'dim' },
      `A second on one core of ${machine.cpu}, Node.js ${machine.node}; the scale is logarithmic.`,
    ),
    [...groups].map(([name, group]) =>
      h(
        'figure',
        null,
        h('figcaption', null, name),
        h(
          'table',
          { class: 'bars' },
          h(
            'tbody',
            null,
            group.map((figure) => bar(figure, name, fastest)),
          ),
        ),
      ),
    ),
  );
}

function bar(
  { name, perSecond, spreadPercent }: SpeedFigure,
  group: string,
  fastest: number,
): ComponentChild {
  const width = Math.max(1, Math.round((WIDTH * Math.log10(Math.max(perSecond, 1))) / Math.log10(fastest)));
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, name.slice(group.length).replace(/^: /, '') || name),
    h(
      'td',
      null,
      h(
        'svg',
        { class: 'bar', viewBox: `0 0 ${WIDTH} ${ROW}`, 'aria-hidden': 'true' },
        h('rect', { x: 0, y: 3, width, height: ROW - 6 }),
      ),
    ),
    h(
      'td',
      { class: 'number' },
      `${Math.round(perSecond).toLocaleString('en')} ± ${Math.round(spreadPercent)} %`,
    ),
  );
}
