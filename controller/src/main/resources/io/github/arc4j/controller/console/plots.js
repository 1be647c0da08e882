// The plots of waiting times.
import uPlot from './uplot.js';
import {duration} from './text.js';

const MINUTE = 60;
/** Steps of the axis of waiting times, in seconds. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const find = id => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');

/** A color that canvases understand: light-dark() is for style sheets only. */
function resolved(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** The values of some series at the same minutes, with null where there is none, so that lines have gaps. */
function aligned(now, series) {
  const last = Math.floor(now / 60_000);
  const first = Math.min(last - 15, ...series.flatMap(one => one.minutes.slice(0, 1)));
  const minutes = Array.from({length: last - first + 1}, (_, i) => first + i);
  return [minutes.map(minute => minute * MINUTE), ...series.map(({minutes: known, values}) => {
    const byMinute = new Map(known.map((minute, i) => [minute, values[i]]));
    return minutes.map(minute => byMinute.get(minute) ?? null);
  })];
}

function plot(target, labels, colors, data) {
  const axis = {stroke: resolved('--muted'), grid: {stroke: resolved('--line'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
  const options = {
    width: target.clientWidth,
    height: target.clientHeight - 26,
    padding: [8, 20, 0, 0],
    cursor: {y: false, drag: {x: false, y: false}},
    scales: {y: {range: (self, low, high) => [0, Math.max(1, (high ?? 0) * 1.1)]}},
    axes: [
      {...axis, size: 28, space: 60, values: '{HH}:{mm}'},
      {...axis, size: 52, space: 28, incrs: STEPS, values: (self, ticks) => ticks.map(tick => duration(tick * 1000))},
    ],
    hooks: {ready: [showLatest]},
    series: [
      {value: (self, seconds) => seconds == null ? '' : uPlot.fmtDate('{HH}:{mm}')(new Date(seconds * 1000)), label: 'Time'},
      ...labels.map((label, i) => ({
        label,
        stroke: resolved(colors[i]),
        width: 2,
        points: {size: 5, fill: resolved(colors[i])},
        value: (self, seconds) => seconds == null ? '–' : duration(seconds * 1000),
      })),
    ],
  };
  const created = new uPlot(options, data, target);
  created.over.addEventListener('mouseleave', () => showLatest(created));
  return created;
}

/** Without a cursor, the legend shows the latest values. */
function showLatest(shown) {
  const latest = shown.data[1].findLastIndex((value, i) => shown.data.slice(1).some(values => values[i] != null));
  shown.setLegend({idx: latest < 0 ? null : latest});
}

export class Plots {
  #series = null;
  #plots = [];

  constructor() {
    dark.addEventListener('change', () => this.#rebuild());
    new ResizeObserver(() => this.#resize()).observe(find('plots'));
  }

  /** Shows the series of the selected scale set; null clears the plots. */
  update(series) {
    this.#series = series;
    if (this.#plots.length === 0) {
      this.#rebuild();
    } else {
      this.#data().forEach((data, i) => {
        this.#plots[i].setData(data);
        showLatest(this.#plots[i]);
      });
    }
    this.#describe();
  }

  #data() {
    const empty = {minutes: [], p50: [], p95: []};
    const of = (name, percentile) => {
      const one = {...empty, ...this.#series?.[name]};
      return {minutes: one.minutes, values: one[percentile]};
    };
    return [
      aligned(Date.now(), [of('jobs', 'p50'), of('jobs', 'p95')]),
      aligned(Date.now(), [of('registration', 'p95'), of('podStart', 'p95')]),
    ];
  }

  #rebuild() {
    this.#plots.forEach(old => old.destroy());
    const [jobs, start] = this.#data();
    this.#plots = [
      plot(find('plot-jobs'), ['p50', 'p95'], ['--p50', '--p95'], jobs),
      plot(find('plot-start'), ['registration', 'pod'], ['--scheduling', '--preparing'], start),
    ];
  }

  #resize() {
    for (const shown of this.#plots) {
      const target = shown.root.parentElement;
      if (Math.abs(target.clientWidth - shown.width) > 1) {
        shown.setSize({width: target.clientWidth, height: target.clientHeight - 26});
      }
    }
  }

  /** For screen readers. */
  #describe() {
    const last = (name, percentile) => {
      const value = this.#series?.[name]?.[percentile]?.at(-1);
      return value == null ? 'unknown' : duration(value * 1000);
    };
    const describe = (id, text) => {
      find(id).setAttribute('role', 'img');
      find(id).setAttribute('aria-label', text);
    };
    describe('plot-jobs', `latest waiting time: median ${last('jobs', 'p50')}, 95th percentile ${last('jobs', 'p95')}`);
    describe('plot-start', `latest 95th percentile: registration ${last('registration', 'p95')}, pod start ${last('podStart', 'p95')}`);
  }
}
